// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;

/**
 * The Params of estimators that make a plain network from sizes of layers, where no configuration
 * is given, and of their models.
 */
public interface PlainNetworkParams extends NetworkParams {

  @Override
  PlainNetworkParamSet paramSet();

  /** Param for the sizes of a plain network: inputs, hidden layers, outputs. No default. */
  default IntArrayParam layers() {
    return paramSet().layers;
  }

  /** Param for Adam's learning rate in a network made from {@link #layers()}. */
  default DoubleParam learningRate() {
    return paramSet().learningRate;
  }

  default int[] getLayers() {
    return getOrDefault(layers());
  }

  default double getLearningRate() {
    return (double) getOrDefault(learningRate());
  }
}
