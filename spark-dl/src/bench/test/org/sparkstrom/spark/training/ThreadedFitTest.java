// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.SynchronousExchange;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.network.NetworkSnapshot;

@Timeout(60)
class ThreadedFitTest {
  private static final int FEATURES = 4;
  private static final int CLASSES = 3;
  private static final ThreadedFit FIT = new ThreadedFit(8, 2, 5, Duration.ofSeconds(40));

  /** Rows whose label is the feature that stands out. */
  private record Points(int count, long seed) implements ThreadedFit.Rows {
    @Override
    public int featureCount() {
      return FEATURES;
    }

    @Override
    public int read(int row, float[] features, int offset) {
      Random random = new Random(seed * 1_000_003 + row);
      int label = random.nextInt(CLASSES);
      for (int i = 0; i < FEATURES; i++) {
        features[offset + i] = random.nextFloat() + (i == label ? 1 : 0);
      }
      return label;
    }
  }

  @Test
  void trainsUnequalWorkersInAsManyRoundsAsTheLargestNeeds() throws InterruptedException {
    List<Integer> epochs = new ArrayList<>();
    ThreadedFit.Outcome outcome = run(epochs);
    assertThat(outcome.counters()).hasSize(3).allSatisfy(c -> assertThat(c.rounds()).isEqualTo(6));
    assertThat(epochs).containsExactly(0, 1);
    assertThat(outcome.snapshot().parametersSha256())
        .as("the same again")
        .isEqualTo(run(epochs).snapshot().parametersSha256())
        .isNotEqualTo(initial().parametersSha256());
  }

  @Test
  void endsAtOnceWithTheReasonWhenAWorkerFails() {
    ThreadedFit.Rows broken =
        new ThreadedFit.Rows() {
          @Override
          public int count() {
            return 20;
          }

          @Override
          public int featureCount() {
            return FEATURES;
          }

          @Override
          public int read(int row, float[] features, int offset) {
            throw new IllegalStateException("row " + row + " is gone");
          }
        };
    assertThatThrownBy(
            () ->
                FIT.run(
                    initial(), List.of(new Points(20, 1), broken), exchanges(), (e, l, c, r) -> {}))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("a worker has failed: row")
        .hasMessageContaining("is gone");
  }

  private static ThreadedFit.Outcome run(List<Integer> epochs) throws InterruptedException {
    List<Points> rows = List.of(new Points(20, 1), new Points(17, 2), new Points(3, 3));
    return FIT.run(initial(), rows, exchanges(), (epoch, loss, c, replica) -> epochs.add(epoch));
  }

  private static NetworkSnapshot initial() {
    return NetworkSnapshot.initial(SparkTests.network(new Adam(0.01)));
  }

  private static ThreadedFit.ExchangeFactory exchanges() {
    return (peering, layout, initial) ->
        new SynchronousExchange(
            peering,
            layout,
            new ExchangeConfig(
                Quantizer.THRESHOLD,
                Aggregation.MEAN,
                new TargetDensity(0.1, 2, -8),
                Duration.ofSeconds(30),
                initial.fingerprint()));
  }
}
