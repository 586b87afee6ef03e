// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * What a contestant's process is told, and what all of them do alike.
 *
 * @param data folder with MNIST's training files
 * @param problem what to learn
 * @param seed of weights and order
 * @param limitSeconds time of training after which to give up
 * @param rows training rows to use: all but the held-out ones, or fewer for a quick try
 * @param master Spark's master; empty without Spark
 */
record Contest(
    Path data, TrainProblem problem, long seed, double limitSeconds, int rows, String master) {

  private static final int SCORING_ROWS = 1000;

  /** Reads what {@link #arguments} has written. */
  static Contest parse(String... arguments) {
    return new Contest(
        Path.of(arguments[0]),
        TrainProblem.of(arguments[1]),
        Long.parseLong(arguments[2]),
        Double.parseDouble(arguments[3]),
        Integer.parseInt(arguments[4]),
        arguments.length > 5 ? arguments[5] : "");
  }

  /** The arguments of a contestant's main method. */
  List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                data.toString(),
                problem.label(),
                Long.toString(seed),
                Double.toString(limitSeconds),
                Integer.toString(rows)));
    if (!master.isEmpty()) {
      arguments.add(master);
    }
    return arguments;
  }

  ContestClock clock() {
    return new ContestClock(problem.target(), limitSeconds);
  }

  /** Training rows in batches, in an order that seed and epoch give; the last one may be short. */
  List<DataSet> batches(ThreadedFit.Rows from, int epoch) {
    int count = from.count();
    int[] order = new int[count];
    SplittableRandom random = new SplittableRandom(seed * 31 + epoch);
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    List<DataSet> batches = new ArrayList<>();
    for (int first = 0; first < count; first += TrainProblem.BATCH_SIZE) {
      int size = Math.min(TrainProblem.BATCH_SIZE, count - first);
      float[] x = new float[size * TrainProblem.FEATURES];
      float[] y = new float[size * Digits.CLASS_COUNT];
      for (int i = 0; i < size; i++) {
        int label = from.read(order[first + i], x, i * TrainProblem.FEATURES);
        y[i * Digits.CLASS_COUNT + label] = 1;
      }
      batches.add(
          new DataSet(
              Nd4j.create(x, new long[] {size, TrainProblem.FEATURES}, 'c'),
              Nd4j.create(y, new long[] {size, Digits.CLASS_COUNT}, 'c')));
    }
    return batches;
  }

  /** Share of the rows that a network recognizes. */
  static double accuracy(MultiLayerNetwork network, ThreadedFit.Rows rows) {
    int correct = 0;
    for (int first = 0; first < rows.count(); first += SCORING_ROWS) {
      int count = Math.min(SCORING_ROWS, rows.count() - first);
      float[] features = new float[count * TrainProblem.FEATURES];
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        labels[i] = rows.read(first + i, features, i * TrainProblem.FEATURES);
      }
      try (INDArray x = Nd4j.create(features, new long[] {count, TrainProblem.FEATURES}, 'c')) {
        int[] predicted = network.predict(x);
        for (int i = 0; i < count; i++) {
          correct += predicted[i] == labels[i] ? 1 : 0;
        }
      }
    }
    return (double) correct / rows.count();
  }
}
