// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.ConsoleProgress;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingResult;
import org.sparkstrom.spark.training.history.FitRecorder;
import org.sparkstrom.spark.webui.TrainingTab;

/**
 * What an estimator does with its Params: makes or reads the network, checks it against the data,
 * and trains it.
 *
 * @param stage the estimator
 * @param kind what its network must be
 * @param start what it was given beside its Params
 */
record NetworkFit<P extends PipelineStage & PredictorParams & NetworkParams>(
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
    return outputs;
  }

  /**
   * Trains the network. Blocks until it has ended.
   *
   * @throws IllegalArgumentException if the data is a stream, or the features are not as many as
   *     the network takes
   */
  FittedNetwork run(Dataset<?> data) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "the data to fit must have an end, but is a stream; fit inside foreachBatch, or read the "
              + "source as a table");
    }
    stage.transformSchema(data.schema());
    NetworkParamSet params = stage.paramSet();
    NetworkSnapshot initial =
        start.initial().orElseGet(() -> NetworkConfigurations.initialize(network()));
    SchemaChecks.featureCount(
        data.schema(), stage.getFeaturesCol(), Math.toIntExact(initial.inputSize()));
    FitRecorder recorder = new FitRecorder(stage.uid());
    TrainingTab.show(data.sparkSession().sparkContext(), recorder);
    List<TrainingListener> listeners = listeners();
    listeners.add(0, recorder);
    TrainingResult result =
        new DistributedTrainer(
                data.sparkSession().sparkContext(), params.trainingConfig(stage), listeners)
            .fit(
                initial,
                data,
                params.rows.columns(stage, stage.getFeaturesCol(), stage.getLabelCol()));
    return new FittedNetwork(
        result.snapshot(), Optional.of(TrainingSummary.of(result, recorder.history())), kind);
  }

  private MultiLayerConfiguration configuration() {
    if (start.initial().isEmpty()) {
      return network();
    }
    for (Param<?> param : List.of(stage.configuration(), stage.layers(), stage.learningRate())) {
      if (stage.isSet(param)) {
        throw new IllegalArgumentException(
            "%s has an initial model, which brings its network and updater, but %s is set; clear it"
                .formatted(stage.uid(), param.name()));
      }
    }
    return start.initial().get().configuration();
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

  /** Those that were set, and the one that progress names. */
  List<TrainingListener> listeners() {
    List<TrainingListener> all = new ArrayList<>(start.listeners());
    if (ParamChecks.choose("progress", Progress.class, stage.getProgress()) == Progress.CONSOLE) {
      all.add(new ConsoleProgress(System.err));
    }
    return all;
  }
}
