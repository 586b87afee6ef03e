// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What the estimators that spark.ml calls predictors do with their Params: make or read a network
 * of one vector and one label, check it against the data, and train it.
 *
 * @param stage the estimator
 * @param kind what its network must be
 * @param start what it was given beside its Params
 */
record PredictorFit<P extends PipelineStage & PredictorParams & PlainNetworkParams>(
    P stage, NetworkKind kind, FitStart start) {

  /**
   * Checks the data's columns against the network, before any job; gives its number of outputs.
   *
   * @throws IllegalArgumentException if the Params contradict each other or the columns do not fit
   */
  int checkedOutputs(StructType schema) {
    int outputs = kind.outputs(configuration());
    FeatureReader.of(schema, stage.getFeaturesCol());
    Columns.numericIndexOf(schema, "label", stage.getLabelCol());
    if (stage.getFeaturesCol().equals(stage.getLabelCol())) {
      throw new IllegalArgumentException(
          "features and label must be two columns, but both are '%s'"
              .formatted(stage.getLabelCol()));
    }
    return outputs;
  }

  /**
   * Requires rows that can be trained on, before any job; gives the network's number of outputs.
   *
   * @throws IllegalArgumentException if the data is a stream, or its columns do not fit
   */
  int requireFits(Dataset<?> data) {
    fit().requireFits(data);
    return kind.outputs(configuration());
  }

  /**
   * Trains the network. Blocks until it has ended.
   *
   * @param labels the strings whose indices the label column has; empty if it never had strings
   * @throws IllegalArgumentException if the data is a stream, or the features are not as many as
   *     the network takes
   */
  PredictorNetwork run(Dataset<?> data, List<String> labels) {
    int unused = requireFits(data);
    NetworkSnapshot initial =
        start
            .initial()
            .orElseGet(() -> NetworkSnapshot.initial(new NetworkConfiguration.Layered(network())));
    SchemaChecks.featureCount(
        data.schema(), stage.getFeaturesCol(), Math.toIntExact(initial.inputSize()));
    ColumnBinding columns =
        stage
            .paramSet()
            .rows
            .columns(stage, List.of(stage.getFeaturesCol()), List.of(stage.getLabelCol()));
    return new PredictorNetwork(fit().run(data, initial, columns, labels), kind);
  }

  private NetworkFit<P> fit() {
    return new NetworkFit<>(stage, start);
  }

  private MultiLayerConfiguration configuration() {
    fit().refuseBesideInitial(stage.configuration(), stage.layers(), stage.learningRate());
    return start.initial().map(NetworkSnapshot::configuration).orElseGet(this::network);
  }

  private MultiLayerConfiguration network() {
    if (stage.isSet(stage.configuration()) == stage.isSet(stage.layers())) {
      throw new IllegalArgumentException(
          "%s must have either configuration or layers, but has %s; set one of them"
              .formatted(stage.uid(), stage.isSet(stage.layers()) ? "both" : "neither"));
    }
    if (stage.isSet(stage.layers())) {
      return kind.ofLayers(stage.getLayers(), stage.getLearningRate(), stage.getSeed());
    }
    if (stage.isSet(stage.learningRate())) {
      throw new IllegalArgumentException(
          ("%s has a configuration, whose own updater has the learning rate, but learningRate is "
                  + "set to %s; clear it, or set the rate in the configuration")
              .formatted(stage.uid(), stage.getLearningRate()));
    }
    return NetworkConfigurations.parse(stage.getConfiguration());
  }
}
