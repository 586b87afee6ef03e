// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.sparkstrom.ml.stage.StageSettings;
import scala.collection.JavaConverters;

/** Values of candidates in forms that can be read. */
final class ParamValues {

  private ParamValues() {}

  /** A candidate's values as text, by {@code uid.param}. */
  static Map<String, String> readable(ParamMap candidate) {
    Map<String, String> values = new TreeMap<>();
    for (ParamPair<?> pair : pairs(candidate)) {
      String name = pair.param().parent() + "." + pair.param().name();
      values.put(name, String.valueOf(StageSettings.comparable(pair.value())));
    }
    return values;
  }

  static List<ParamPair<?>> pairs(ParamMap candidate) {
    return new ArrayList<>(JavaConverters.seqAsJavaList(candidate.toSeq()));
  }
}
