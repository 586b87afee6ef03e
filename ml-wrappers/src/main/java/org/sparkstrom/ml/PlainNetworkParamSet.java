// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The Params of {@link PlainNetworkParams}. */
class PlainNetworkParamSet extends NetworkParamSet {
  private static final long serialVersionUID = 1L;

  final IntArrayParam layers;
  final DoubleParam learningRate;

  /** The Params of this stage, for networks of this kind; sets the stage's defaults. */
  PlainNetworkParamSet(Params stage, NetworkKind kind) {
    super(
        stage,
        new Param<>(
            stage,
            "configuration",
            "the network as the JSON of a DL4J MultiLayerConfiguration; set this or layers",
            ParamChecks.check(NetworkConfigurations::parse)),
        new ValidationFigures(kind.figures(), ValidationFigures.Outputs.ONE));
    layers =
        new IntArrayParam(stage, "layers", kind.layersDoc(), ParamChecks.check(kind::checkLayers));
    learningRate =
        new DoubleParam(
            stage,
            "learningRate",
            "Adam's learning rate, for a network made from layers; a configuration has its own",
            ParamChecks.positive("learningRate"));
    stage.setDefault(learningRate, 1e-3);
  }
}
