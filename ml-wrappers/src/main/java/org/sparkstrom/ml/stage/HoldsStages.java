// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.stage;

import java.util.List;
import org.apache.spark.ml.param.Params;

/**
 * A stage with others inside it that are no Params of it. Who looks into stages, as {@link
 * InnerStages} does, would not find them otherwise.
 */
public interface HoldsStages {

  /** The stages and evaluators inside it, in the same order in every JVM. */
  List<Params> heldStages();
}
