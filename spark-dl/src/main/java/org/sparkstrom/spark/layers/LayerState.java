// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.deeplearning4j.nn.layers.BaseLayer;

/** What a layer that takes the place of another must have of it. */
final class LayerState {

  private LayerState() {}

  /**
   * Gives a layer the views of parameters and gradients, the place and the listeners of another.
   */
  static void copy(BaseLayer<?> from, BaseLayer<?> to) {
    to.setIndex(from.getIndex());
    to.setListeners(from.getListeners());
    to.setCacheMode(from.getCacheMode());
    to.setIterationCount(from.getIterationCount());
    to.setEpochCount(from.getEpochCount());
    to.setParamsViewArray(from.params());
    to.setParamTable(from.paramTable());
    if (from.getGradientsViewArray() != null) {
      to.setBackpropGradientsViewArray(from.getGradientsViewArray());
    }
  }
}
