// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.export.FitExports;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.ConsoleProgress;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingResult;
import org.sparkstrom.spark.training.history.FitRecorder;
import org.sparkstrom.spark.webui.TrainingTab;

/**
 * What all estimators of networks do with their Params, whatever the network: train it on columns
 * of the data.
 *
 * @param stage the estimator
 * @param start what it was given beside its Params
 */
record NetworkFit<P extends PipelineStage & NetworkParams>(P stage, FitStart start) {

  /**
   * Refuses Params that say what an initial model brings.
   *
   * @throws IllegalArgumentException if there is such a model, and one of them is set
   */
  void refuseBesideInitial(Param<?>... params) {
    for (Param<?> param : params) {
      if (start.initial().isPresent() && stage.isSet(param)) {
        throw new IllegalArgumentException(
            "%s has an initial model, which brings its network and updater, but %s is set; clear it"
                .formatted(stage.uid(), param.name()));
      }
    }
  }

  /**
   * Requires rows that can be trained on, before any job.
   *
   * @throws IllegalArgumentException if the data is a stream, or its columns do not fit
   */
  void requireFits(Dataset<?> data) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "the data to fit must have an end, but is a stream; fit inside foreachBatch, or read the "
              + "source as a table");
    }
    stage.transformSchema(data.schema());
  }

  /**
   * Trains the network. Blocks until it has ended.
   *
   * @param labels the strings whose indices the label column has; empty if it never had strings
   */
  FittedNetwork run(
      Dataset<?> data, NetworkSnapshot initial, ColumnBinding columns, List<String> labels) {
    SparkContext spark = data.sparkSession().sparkContext();
    FitRecorder recorder = new FitRecorder(stage.uid());
    List<TrainingListener> listeners = listeners();
    listeners.add(0, recorder);
    listeners.addAll(FitExports.of(spark));
    DistributedTrainer trainer =
        new DistributedTrainer(spark, stage.paramSet().trainingConfig(stage), listeners)
            .withLabels(labels);
    TrainingTab.show(spark, recorder); // a setting that makes no sense leaves no fit behind
    TrainingResult result = trainer.fit(initial, data, columns);
    return new FittedNetwork(
        result.snapshot(), Optional.of(TrainingSummary.of(result, recorder.history())));
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
