// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.sparkstrom.spark.training.TrainingListener;

/**
 * What each fit of an application is told to without a line of code: Spark's metrics always, and
 * what the Spark configuration names.
 *
 * <ul>
 *   <li>{@value #TENSORBOARD}: a folder for TensorBoard's event files
 *   <li>{@value #MLFLOW}: the address of an MLflow tracking server, with the name of the experiment
 *       in {@value #EXPERIMENT} (the application's name unless set), and a token in the driver's
 *       environment variable {@value #TOKEN}, as MLflow's own clients have it
 * </ul>
 */
public final class FitExports {
  static final String TENSORBOARD = "spark.sparkstrom.tensorboard.dir";
  static final String MLFLOW = "spark.sparkstrom.mlflow.uri";
  static final String EXPERIMENT = "spark.sparkstrom.mlflow.experiment";
  static final String TOKEN = "MLFLOW_TRACKING_TOKEN";

  private FitExports() {}

  /**
   * The listeners of one fit.
   *
   * @throws IllegalArgumentException if a setting makes no sense; before any job
   */
  public static List<TrainingListener> of(SparkContext context) {
    SparkConf conf = context.conf();
    List<TrainingListener> exports = new ArrayList<>();
    exports.add(TrainingMetrics.listener());
    if (conf.contains(TENSORBOARD)) {
      exports.add(new TensorBoardEvents(conf.get(TENSORBOARD), context.hadoopConfiguration()));
    }
    if (conf.contains(MLFLOW)) {
      URI server = URI.create(conf.get(MLFLOW));
      String experiment = conf.get(EXPERIMENT, context.appName());
      String token = System.getenv(TOKEN);
      exports.add(
          token == null || token.isEmpty()
              ? new MlflowRun(server, experiment)
              : new MlflowRun(server, experiment, token));
    }
    return exports;
  }
}
