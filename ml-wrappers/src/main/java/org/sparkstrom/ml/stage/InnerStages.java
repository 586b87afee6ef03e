// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.stage;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import scala.collection.JavaConverters;

/**
 * What stands inside a stage, such as the estimator and the evaluator of a CrossValidator: what
 * holds of a stage must be asked of all of it.
 */
public final class InnerStages {

  private InnerStages() {}

  /** The stage itself and all inside it, at any depth, in the same order in every JVM. */
  public static List<Params> all(Params stage) {
    List<Params> all = new ArrayList<>();
    collect(stage, all);
    return all;
  }

  private static void collect(Object value, List<Params> all) {
    if (value instanceof Params stage) {
      all.add(stage);
      for (Param<?> param : stage.params()) {
        if (stage.isDefined(param)) {
          collect(stage.getOrDefault(param), all);
        }
      }
      if (stage instanceof HoldsStages holder) {
        holder.heldStages().forEach(held -> collect(held, all));
      }
      if (stage instanceof PipelineModel fitted) {
        collect(fitted.stages(), all);
      }
    } else if (value instanceof Object[] values) {
      for (Object each : values) {
        collect(each, all);
      }
    } else if (value instanceof ParamMap candidate) {
      for (ParamPair<?> pair : JavaConverters.seqAsJavaList(candidate.toSeq())) {
        collect(pair.value(), all);
      }
    }
  }
}
