// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/** Rounds whose members die, come, go, and come back. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ElasticExchangeTest {
  private static final ThresholdPolicy COARSE = new FixedThreshold(1);

  static ExchangeConfig config(Synchrony synchrony, ThresholdPolicy policy, Duration timeout) {
    return new ExchangeConfig(Quantizer.THRESHOLD, Aggregation.SUM, policy, timeout, 5)
        .with(synchrony);
  }

  static ExchangeConfig config(Synchrony synchrony) {
    return config(synchrony, COARSE, Duration.ofSeconds(10));
  }

  static Stream<Arguments> deaths() {
    List<Arguments> cases = new ArrayList<>();
    for (Synchrony synchrony : List.of(Synchrony.SYNC, Synchrony.PIPELINED)) {
      for (int workers = 3; workers <= 5; workers++) {
        for (int sends = 0; sends < workers; sends++) {
          for (int victim = 0; victim < workers; victim += workers - 1) {
            cases.add(Arguments.of(synchrony, workers, victim, sends));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}, {1} workers, worker {2} dies after {3} sends")
  @MethodSource("deaths")
  void survivorsOfALossAreEqualAndCountAllThatWasCounted(
      Synchrony synchrony, int workers, int victim, int sends) throws Exception {
    int dieAt = 5;
    try (ElasticFit fit = new ElasticFit(workers, 2, config(synchrony), 12)) {
      List<ElasticWorker> all = unstarted(fit, workers);
      ElasticWorker dead = all.get(victim);
      dead.dieAt(dieAt, sends);
      all.forEach(fit::start);

      assertThat(dead.awaitFailure()).isInstanceOf(DyingTransport.Killed.class);
      for (ElasticWorker worker : all) {
        if (worker != dead) {
          worker.awaitEnd();
        }
      }
      long lastSent = dead.sentByRound.size();
      long lastCounted = Ledger.of(fit.workers).lastCounted(dead);

      assertThat(lastSent).isEqualTo(dieAt + 1);
      assertThat(lastCounted)
          .isBetween(
              lastSent - 1 - synchrony.roundsInFlight(), sends == 0 ? lastSent - 1 : lastSent);
      Ledger.of(fit.workers).check(synchrony, 12);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void twoMayDieInOneRound(Synchrony synchrony) throws Exception {
    try (ElasticFit fit = new ElasticFit(5, 3, config(synchrony), 20)) {
      List<ElasticWorker> all = unstarted(fit, 5);
      all.get(1).dieAt(7, 2);
      all.get(4).dieAt(7, 1);
      all.forEach(fit::start);

      assertThat(all.get(1).awaitFailure()).isInstanceOf(DyingTransport.Killed.class);
      assertThat(all.get(4).awaitFailure()).isInstanceOf(DyingTransport.Killed.class);
      for (int rank : List.of(0, 2, 3)) {
        all.get(rank).awaitEnd();
      }
      Ledger.of(fit.workers).check(synchrony, 20);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void anotherMayDieWhileTheViewIsChanged(Synchrony synchrony) throws Exception {
    try (ElasticFit fit = new ElasticFit(5, 3, config(synchrony), 20)) {
      List<ElasticWorker> all = unstarted(fit, 5);
      all.get(0).dieAt(7, 2);
      all.get(2).sleepAt = 7; // answers nothing, so the change cannot end
      all.forEach(fit::start);

      fit.awaitGone(all.get(0));
      all.get(3).dieNow(0);
      fit.awaitGone(all.get(3));
      all.get(2).sleepAt = Long.MAX_VALUE;
      for (int rank : List.of(1, 2, 4)) {
        all.get(rank).awaitEnd();
      }
      Ledger.of(fit.workers).check(synchrony, 20);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void aNewAttemptEntersWithASnapshotAndIsEqualFromItsFirstRound(Synchrony synchrony)
      throws Exception {
    ThresholdPolicy moving = new TargetDensity(0.05, 8, -6);
    try (ElasticFit fit =
        new ElasticFit(3, 2, config(synchrony, moving, Duration.ofSeconds(10)), 60)) {
      List<ElasticWorker> all = unstarted(fit, 3);
      all.get(1).dieAt(10, 1);
      all.get(0).holdAt = 30;
      all.get(2).holdAt = 30;
      all.forEach(fit::start);
      fit.awaitGone(all.get(1));
      ElasticFit.await("step 30", () -> all.get(0).steps == 30 && all.get(2).steps == 30);

      ElasticWorker second = fit.start(1);
      ElasticFit.await("the second attempt has a view", () -> second.view != null);
      all.get(0).holdAt = Long.MAX_VALUE;
      all.get(2).holdAt = Long.MAX_VALUE;
      second.awaitEnd();
      all.get(0).awaitEnd();
      all.get(2).awaitEnd();

      assertThat(second.view.number()).isEqualTo(3);
      assertThat(second.firstStep).isEqualTo(30 + synchrony.roundsInFlight());
      assertThat(second.sentByRound).hasSize(60 - (int) second.firstStep);
      for (long round : second.appliedByRound.keySet()) {
        assertThat(second.appliedByRound.get(round))
            .as("round %d", round)
            .isEqualTo(all.get(0).appliedByRound.get(round));
      }
      Ledger.of(fit.workers).check(synchrony, 60);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void severalMayEnterAtOnceEvenWhenAllStepsAreDone(Synchrony synchrony) throws Exception {
    try (ElasticFit fit = new ElasticFit(4, 1, config(synchrony), 10)) {
      List<ElasticWorker> all = unstarted(fit, 4);
      all.get(0).dieAt(3, 1);
      all.get(2).dieAt(4, 1);
      all.get(1).holdAt = 10; // keeps the fit from being completed
      all.forEach(fit::start);
      fit.awaitGone(all.get(0));
      fit.awaitGone(all.get(2));

      ElasticWorker first = fit.start(0);
      ElasticWorker third = fit.start(2);
      ElasticFit.await("both are in", () -> first.view != null && third.view != null);
      all.get(1).holdAt = Long.MAX_VALUE;
      for (ElasticWorker worker : List.of(first, all.get(1), third, all.get(3))) {
        worker.awaitEnd();
      }
      Ledger.of(fit.workers).check(synchrony, 10);
    }
  }

  @Test
  void oneWhoComesWhenAllIsDoneHasNothingToDo() throws Exception {
    try (ElasticFit fit = new ElasticFit(2, 1, config(Synchrony.SYNC), 5)) {
      List<ElasticWorker> all = unstarted(fit, 2);
      all.get(1).dieAt(2, 0);
      all.forEach(fit::start);
      all.get(0).awaitEnd();

      ElasticWorker late = fit.start(1);
      late.awaitEnd();

      assertThat(late.firstStep).isEqualTo(-1);
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  void oneThatMakesNoProgressIsEvictedAndFenced() throws Exception {
    ExchangeConfig impatient = config(Synchrony.SYNC, COARSE, Duration.ofMillis(700));
    try (ElasticFit fit = new ElasticFit(3, 2, impatient, 20)) {
      List<ElasticWorker> all = unstarted(fit, 3);
      ElasticWorker zombie = all.get(1);
      zombie.sleepAt = 5;
      all.get(0).holdAt = 15;
      all.get(2).holdAt = 15;
      all.forEach(fit::start);
      fit.awaitGone(zombie);
      ElasticFit.await("step 15", () -> all.get(0).steps == 15 && all.get(2).steps == 15);
      float[] before = all.get(0).parameters.clone();

      zombie.sendAsOfView(1, 16);
      zombie.sendAsOfView(2, 16);
      zombie.sleepAt = Long.MAX_VALUE;

      assertThat(zombie.awaitFailure())
          .isInstanceOf(SharingAbortedException.class)
          .hasMessageStartingWith("evicted: lost worker 1 (thread 1")
          .hasMessageContaining("it makes no progress while others wait for it");
      assertThat(all.get(0).parameters).isEqualTo(before);
      all.get(0).holdAt = Long.MAX_VALUE;
      all.get(2).holdAt = Long.MAX_VALUE;
      all.get(0).awaitEnd();
      all.get(2).awaitEnd();
      Ledger.of(fit.workers).check(Synchrony.SYNC, 20);
    }
  }

  @Test
  void theMeanIsThatOfTheMembersOfTheView() throws Exception {
    ExchangeConfig mean =
        new ExchangeConfig(Quantizer.NONE, Aggregation.MEAN, COARSE, Duration.ofSeconds(10), 5);
    try (ElasticFit fit = new ElasticFit(3, 2, mean, 12)) {
      List<ElasticWorker> all = unstarted(fit, 3);
      all.get(0).dieAt(5, 0);
      all.forEach(fit::start);
      all.get(1).awaitEnd();
      all.get(2).awaitEnd();

      assertThat(all.get(1).parameters).isEqualTo(all.get(2).parameters);
      for (long round = 6; round <= 12; round++) {
        float[] twice = new float[ElasticWorker.LENGTH];
        ElasticWorker.add(twice, all.get(1).appliedByRound.get(round), 2);
        float[] sum = all.get(1).sentByRound.get(round).clone();
        ElasticWorker.add(sum, all.get(2).sentByRound.get(round), 1);
        assertThat(twice).as("round %d", round).isEqualTo(sum);
      }
    }
  }

  @Test
  void oneThatLeavesIsNotWaitedFor() throws Exception {
    try (ElasticFit fit = new ElasticFit(3, 2, config(Synchrony.SYNC), 20)) {
      List<ElasticWorker> all = unstarted(fit, 3);
      all.get(2).sleepAt = 10;
      all.forEach(fit::start);
      ElasticFit.await("all wait for it", () -> all.get(2).steps == 10 && all.get(0).steps == 10);

      long startNs = System.nanoTime();
      all.get(2).client.close();
      all.get(0).awaitEnd();
      all.get(1).awaitEnd();

      assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(2));
      Ledger.of(fit.workers).check(Synchrony.SYNC, 20);
    }
  }

  @Test
  void belowMinWorkersTheFitEndsAndTheErrorNamesEveryLoss() throws Exception {
    try (ElasticFit fit = new ElasticFit(4, 3, config(Synchrony.SYNC), 30)) {
      List<ElasticWorker> all = unstarted(fit, 4);
      all.get(1).dieAt(5, 1);
      all.get(3).dieAt(15, 1);
      all.forEach(fit::start);

      assertThat(all.get(0).awaitFailure())
          .isInstanceOf(SharingAbortedException.class)
          .hasMessageStartingWith("lost worker 3 (thread 3")
          .hasMessageContaining("it left before all workers were done")
          .hasMessageContaining("Only 2 of 4 workers remain, [worker 0 (thread 0")
          .hasMessageContaining("but minWorkers = 3. Before: lost worker 1 (thread 1");
      assertThat(all.get(2).awaitFailure()).isInstanceOf(SharingAbortedException.class);
      assertThat(fit.coordinator.failure()).isPresent();
    }
  }

  private static List<ElasticWorker> unstarted(ElasticFit fit, int count) {
    List<ElasticWorker> all = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      all.add(new ElasticWorker(fit, rank));
    }
    return all;
  }
}
