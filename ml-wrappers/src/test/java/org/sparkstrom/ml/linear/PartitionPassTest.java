// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionPassTest {
  private static final int CLASSES = 3;
  private static final int FEATURES = 5;

  @ParameterizedTest
  @EnumSource(LinearLoss.class)
  void theMeanIsThatOfTheWeightsAfterEachRow(LinearLoss loss) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    double[] from = random.doubles(CLASSES * (FEATURES + 1)).toArray();
    PartitionPass pass =
        new PartitionPass(
            new PartitionPass.Setup(loss, 0.5, InterceptUse.FITTED, 1, CLASSES, FEATURES), from);
    double[] plain = from.clone();
    double[] sum = new double[from.length];
    double total = 0;

    for (int i = 0; i < 40; i++) {
      double[] x = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        x[j] = random.nextInt(3) == 0 ? 0 : random.nextGaussian();
      }
      int label = random.nextInt(CLASSES);
      double weight = random.nextInt(4) / 2.0;
      pass.train(new LinearRow(label, weight, Vectors.dense(x)));
      step(plain, loss, x, label, 0.5 * weight);
      total += weight;
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weight * plain[j];
      }
    }

    assertThat(pass.weight()).isEqualTo(total);
    assertThat(pass.weights()).as("seed %d", seed).containsExactly(plain, within(1e-9));
    for (int j = 0; j < sum.length; j++) {
      double mean = pass.weights()[j] - pass.late()[j] / total;
      assertThat(mean).as("seed %d, weight %d", seed, j).isCloseTo(sum[j] / total, within(1e-9));
    }
  }

  /** A step as a textbook has it: over all features, and with probabilities by their formula. */
  private static void step(double[] w, LinearLoss loss, double[] x, int label, double size) {
    double[] scores = new double[CLASSES];
    int best = 0;
    for (int k = 0; k < CLASSES; k++) {
      scores[k] = w[k * (FEATURES + 1) + FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        scores[k] += w[k * (FEATURES + 1) + j] * x[j];
      }
      best = scores[k] > scores[best] ? k : best;
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score);
    }
    for (int k = 0; k < CLASSES; k++) {
      double target = k == label ? 1 : 0;
      double predicted =
          loss == LinearLoss.LOGISTIC ? Math.exp(scores[k]) / sum : (k == best ? 1 : 0);
      for (int j = 0; j <= FEATURES; j++) {
        w[k * (FEATURES + 1) + j] += size * (target - predicted) * (j < FEATURES ? x[j] : 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LinearLoss.class)
  void theOrderOfRowsFollowsFromSeedIterationAndPartition(LinearLoss loss) {
    List<LinearRow> rows = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      double[] x = random.doubles(FEATURES, -1, 1).toArray();
      rows.add(new LinearRow(random.nextInt(CLASSES), 1, Vectors.dense(x)));
    }
    List<double[]> ends = new ArrayList<>();
    for (int[] place : new int[][] {{1, 0, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {2, 0, 0}}) {
      PartitionPass pass =
          new PartitionPass(
              new PartitionPass.Setup(loss, 1, InterceptUse.NONE, place[0], CLASSES, FEATURES),
              new double[CLASSES * (FEATURES + 1)]);
      pass.run(rows.iterator(), place[1], place[2]);
      ends.add(pass.weights());
    }
    assertThat(ends.get(1)).isEqualTo(ends.get(0));
    for (int i = 2; i < ends.size(); i++) {
      assertThat(ends.get(i)).isNotEqualTo(ends.get(0));
    }
  }
}
