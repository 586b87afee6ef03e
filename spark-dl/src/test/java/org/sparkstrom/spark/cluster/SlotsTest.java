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
    try (Slots slots = reserve(0)) {
      assertThat(slots.workers()).isEqualTo(2);
    }
  }

  @Test
  void fitsBesideEachOtherShareTheSlots() {
    try (Slots one = reserve(1);
        Slots other = reserve(1)) {
      assertThat(one.workers() + other.workers()).isEqualTo(2);
    }
  }

  @Test
  void aFitThatDoesNotFitBesideAnotherWaitsForItsEnd() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Slots first = reserve(1);
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<Integer> second =
          thread.submit(
              () -> {
                started.countDown();
                try (Slots slots = reserve(2)) {
                  return slots.workers();
                }
              });
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(second).isNotDone();
      first.close();
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      first.close();
      assertThat(reserve(2))
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
        .isThrownBy(() -> reserve(3))
        .withMessageContaining("3 workers need")
        .withMessageContaining("has 2");
  }

  private Slots reserve(int workers) {
    return Slots.reserve(context, new Slots.Demand(workers, 1, PATIENCE));
  }
}
