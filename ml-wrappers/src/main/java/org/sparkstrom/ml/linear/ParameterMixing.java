// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Trains linear classifiers on a cluster by iterative parameter mixing: in each iteration every
 * partition makes a pass over its rows from the common weights, and the mean of their weights is
 * what the next begins from. The result is the mean of the weights after every row of every pass.
 *
 * <p>Literature: Y. Freund and R. E. Schapire, "Large margin classification using the perceptron
 * algorithm", 1999, and M. Collins, "Discriminative training methods for hidden Markov models",
 * 2002, for the averaged perceptron; R. McDonald, K. Hall and G. Mann, "Distributed training
 * strategies for the structured perceptron", 2010, for the mixing, which converges as one
 * perceptron does. Where they mix with equal shares, a partition's share here is the weight of its
 * rows, so that empty and small ones do not pull the mean.
 *
 * <p>Sums are taken in the order of partitions, range of weights by range of weights and spread
 * over the executors, so that the result does not depend on which task ends first.
 */
public final class ParameterMixing {
  private static final int RANGE = 1 << 16;

  /**
   * How to train.
   *
   * @param loss what a pass does about a row
   * @param iterations passes over all rows
   * @param stepSize that a row of weight 1 makes
   * @param intercept whether there are intercepts
   * @param seed of the order of rows
   */
  public record Settings(
      LinearLoss loss, int iterations, double stepSize, InterceptUse intercept, long seed) {}

  private ParameterMixing() {}

  /** One range of a partition's result; a class and no record, as it is shuffled. */
  private static final class Share implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int partition;
    private final double weight;
    private final double[] weights;
    private final double[] late;

    Share(int partition, double weight, double[] weights, double[] late) {
      this.partition = partition;
      this.weight = weight;
      this.weights = weights;
      this.late = late;
    }
  }

  /**
   * Trains on from these weights.
   *
   * @param rows read once in each iteration: persisted by the caller, in partitions that stay
   * @param totalWeight of all rows
   */
  public static LinearWeights train(
      JavaRDD<LinearRow> rows, LinearWeights from, double totalWeight, Settings settings) {
    LinearWeights weights = from;
    for (int i = 0; i < settings.iterations(); i++) {
      weights = iterate(rows, weights, totalWeight, settings, i);
    }
    return weights;
  }

  private static LinearWeights iterate(
      JavaRDD<LinearRow> rows,
      LinearWeights from,
      double totalWeight,
      Settings settings,
      int iteration) {
    PartitionPass.Setup setup =
        new PartitionPass.Setup(
            settings.loss(),
            settings.stepSize(),
            settings.intercept(),
            settings.seed(),
            from.classes(),
            from.features());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(rows.context());
    Broadcast<double[]> common = context.broadcast(from.current());
    int ranges = (from.current().length + RANGE - 1) / RANGE;
    try {
      List<Tuple2<Integer, double[][]>> sums =
          rows.mapPartitionsWithIndex(
                  (partition, part) -> pass(setup, common.value(), part, iteration, partition),
                  false)
              .mapToPair(share -> share)
              .groupByKey(Math.min(ranges, rows.getNumPartitions()))
              .mapValues(ParameterMixing::sum)
              .collect();
      return mixed(from, totalWeight, sums);
    } finally {
      common.destroy();
    }
  }

  private static Iterator<Tuple2<Integer, Share>> pass(
      PartitionPass.Setup setup,
      double[] from,
      Iterator<LinearRow> rows,
      int iteration,
      int partition) {
    if (!rows.hasNext()) {
      return List.<Tuple2<Integer, Share>>of().iterator();
    }
    PartitionPass pass = new PartitionPass(setup, from);
    pass.run(rows, iteration, partition);
    List<Tuple2<Integer, Share>> shares = new ArrayList<>();
    for (int at = 0; at < from.length; at += RANGE) {
      int end = Math.min(from.length, at + RANGE);
      double[] weights = Arrays.copyOfRange(pass.weights(), at, end);
      double[] late = Arrays.copyOfRange(pass.late(), at, end);
      shares.add(new Tuple2<>(at / RANGE, new Share(partition, pass.weight(), weights, late)));
    }
    return shares.iterator();
  }

  /** The sums of weights times their share, and of what came late. */
  private static double[][] sum(Iterable<Share> shares) {
    List<Share> sorted = new ArrayList<>();
    shares.forEach(sorted::add);
    sorted.sort(Comparator.comparing((Share share) -> share.partition));
    double[] weights = new double[sorted.get(0).weights.length];
    double[] late = new double[weights.length];
    for (Share share : sorted) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] += share.weight * share.weights[i];
        late[i] += share.late[i];
      }
    }
    return new double[][] {weights, late};
  }

  private static LinearWeights mixed(
      LinearWeights from, double totalWeight, List<Tuple2<Integer, double[][]>> sums) {
    double[] current = new double[from.current().length];
    double[] average = new double[current.length];
    double seen = from.seen() + totalWeight;
    double before = from.seen() / seen;
    double now = totalWeight / seen;
    for (Tuple2<Integer, double[][]> sum : sums) {
      int at = sum._1() * RANGE;
      double[] weights = sum._2()[0];
      double[] late = sum._2()[1];
      for (int i = 0; i < weights.length; i++) {
        current[at + i] = weights[i] / totalWeight;
        double mean = current[at + i] - late[i] / totalWeight;
        average[at + i] = before * from.average()[at + i] + now * mean;
      }
    }
    return new LinearWeights(from.classes(), from.features(), average, current, seen);
  }
}
