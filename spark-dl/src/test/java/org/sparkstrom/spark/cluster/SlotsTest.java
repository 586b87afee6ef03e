// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.SparkTests;

class SlotsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SparkContext context = SparkTests.session().sparkContext();

  @Test
  void noNumberMeansAWorkerForEachSlot() {
    try (Slots slots = Slots.reserve(context, 0, PATIENCE)) {
      assertThat(slots.workers()).isEqualTo(2);
    }
  }

  @Test
  void fitsBesideEachOtherShareTheSlots() {
    try (Slots one = Slots.reserve(context, 1, PATIENCE);
        Slots other = Slots.reserve(context, 1, PATIENCE)) {
      assertThat(one.workers() + other.workers()).isEqualTo(2);
    }
  }

  @Test
  void aFitThatDoesNotFitBesideAnotherWaitsForItsEnd() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Slots first = Slots.reserve(context, 1, PATIENCE);
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<Integer> second =
          thread.submit(
              () -> {
                started.countDown();
                try (Slots slots = Slots.reserve(context, 2, PATIENCE)) {
                  return slots.workers();
                }
              });
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(second).isNotDone();
      first.close();
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      first.close();
      assertThat(Slots.reserve(context, 2, PATIENCE))
          .satisfies(slots -> assertThat(slots.workers()).isEqualTo(2))
          .satisfies(Slots::close);
    } finally {
      first.close();
      thread.shutdownNow();
    }
  }

  @Test
  void moreWorkersThanSlotsIsAnErrorWithBothNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slots.reserve(context, 3, PATIENCE))
        .withMessageContaining("3 workers need")
        .withMessageContaining("has 2");
  }
}
