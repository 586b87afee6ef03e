// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

/** Who takes part in {@link Train}, under the names of its results. */
enum Contestant {
  SPARKSTROM("sparkstrom", "Sparkstrom, 2 executors, updates summed"),
  SPARKSTROM_MEAN("sparkstromMean", "Sparkstrom, 2 executors, updates averaged"),
  ONE_WORKER("sparkstromOneWorker", "Sparkstrom, one worker, nothing shared"),
  DL4J("dl4j", "DL4J, one process with its own dependencies"),
  SHARED_TRAINING("dl4jSharedTraining", "DL4J SharedTrainingMaster, 2 executors"),
  PARAMETER_AVERAGING("dl4jParameterAveraging", "DL4J ParameterAveraging, 2 executors"),
  MLLIB("mllib", "MLlib perceptron (sigmoid, l-bfgs), 2 executors"),
  PYTORCH("pytorch", "PyTorch, one process, one thread"),
  PYTORCH_DDP("pytorchDdp", "PyTorch DDP, 2 processes (gloo)");

  private final String key;
  private final String description;

  Contestant(String key, String description) {
    this.key = key;
    this.description = description;
  }

  String key() {
    return key;
  }

  String description() {
    return description;
  }

  boolean usesSpark() {
    return this == SPARKSTROM
        || this == SPARKSTROM_MEAN
        || this == SHARED_TRAINING
        || this == PARAMETER_AVERAGING
        || this == MLLIB;
  }

  boolean usesPython() {
    return this == PYTORCH || this == PYTORCH_DDP;
  }

  /** Whether it can learn a problem; MLlib knows perceptrons alone. */
  boolean learns(TrainProblem problem) {
    return this != MLLIB || problem == TrainProblem.PERCEPTRON;
  }
}
