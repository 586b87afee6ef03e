// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Makes Params that have a default, and sets it. */
final class Defaulted {

  private Defaulted() {}

  static IntParam integer(Params stage, String name, String doc, int standard, int least) {
    IntParam param = new IntParam(stage, name, doc, ParamChecks.atLeast(name, least));
    stage.setDefault(param, standard);
    return param;
  }

  static Param<String> text(Params stage, String name, String doc, String standard) {
    Param<String> param = new Param<>(stage, name, doc);
    stage.setDefault(param, standard);
    return param;
  }

  static <E extends Enum<E>> Param<String> choice(
      Params stage, String name, String doc, E standard) {
    Param<String> param =
        new Param<>(stage, name, doc, ParamChecks.choice(name, standard.getDeclaringClass()));
    stage.setDefault(param, ParamChecks.lowerCase(standard));
    return param;
  }
}
