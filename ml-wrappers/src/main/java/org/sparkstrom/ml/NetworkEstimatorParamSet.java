// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkSignature;

/** The Params of {@link NetworkEstimatorParams}. */
final class NetworkEstimatorParamSet extends NetworkParamSet {
  private static final long serialVersionUID = 1L;

  final StringArrayParam featuresCols;
  final StringArrayParam labelCols;
  final StringArrayParam outputCols;

  /** The Params of this stage; sets the stage's defaults. */
  NetworkEstimatorParamSet(Params stage) {
    super(
        stage,
        new Param<>(
            stage,
            "configuration",
            "the network as the JSON of a DL4J MultiLayerConfiguration or "
                + "ComputationGraphConfiguration",
            ParamChecks.check(NetworkConfiguration::ofJson)),
        new ValidationFigures(
            List.of("loss", "accuracy", "mse", "mae"), ValidationFigures.Outputs.ANY));
    featuresCols =
        names(
            stage,
            "featuresCols",
            "features columns, one for each input of the network, in its order; a column may be "
                + "named for several");
    stage.setDefault(featuresCols, new String[] {"features"});
    labelCols =
        names(
            stage,
            "labelCols",
            "label columns, one for each output of the network, in its order; an autoencoder's is "
                + "its features column");
    stage.setDefault(labelCols, new String[] {"label"});
    outputCols =
        names(
            stage,
            "outputCols",
            "names of the appended columns, one for each output of the network, in its order; "
                + "unset: prediction, or of several outputs NAME_prediction");
  }

  private static StringArrayParam names(Params stage, String name, String doc) {
    return new StringArrayParam(
        stage, name, doc, ParamChecks.check(value -> checkNames(name, value)));
  }

  private static void checkNames(String param, String[] names) {
    if (names.length == 0 || Arrays.asList(names).contains("")) {
      throw new IllegalArgumentException(
          "%s must be at least one name, none of them empty, but is %s"
              .formatted(param, Arrays.toString(names)));
    }
  }

  /** Which columns are for which inputs and outputs of a network. */
  NetworkBinding binding(NetworkEstimatorParams stage, NetworkSignature network) {
    return new NetworkBinding(
        network,
        List.of(stage.getFeaturesCols()),
        List.of(stage.getLabelCols()),
        stage.isDefined(outputCols)
            ? Optional.of(List.of(stage.getOutputCols()))
            : Optional.empty());
  }
}
