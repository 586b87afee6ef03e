// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SOON;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.member;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members in JVMs of their own that are killed or paused. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DeadProcessTest {
  private static final Duration DEFAULT_LIVENESS = CoordinatorConfig.DEFAULT_LIVENESS_TIMEOUT;

  @TempDir private Path directory;

  @Test
  void aKilledProcessIsNoticedWithinTwoSecondsAndTheOthersGoOn() throws Exception {
    try (CoordinatorFixture fit = elastic(DEFAULT_LIVENESS);
        MemberProcess victim = MemberProcess.start(directory, fit, 1)) {
      CoordinatorClient survivor = fit.client();
      CompletableFuture<View> view = fit.join(survivor, 0);
      assertThat(view.get(30, TimeUnit.SECONDS).size()).isEqualTo(2);

      long killedNs = System.nanoTime();
      victim.kill();
      awaitInstruction(survivor, new ViewInstruction.Suspend(2));

      assertThat(Duration.ofNanos(System.nanoTime() - killedNs)).isLessThan(Duration.ofSeconds(2));
      survivor.check();
      assertThat(fit.coordinator.membership().members()).containsExactly(member(0));
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  @Tag("slow")
  void aProcessThatIsPausedForFiveSecondsStaysAMember() throws Exception {
    try (CoordinatorFixture fit = elastic(DEFAULT_LIVENESS);
        MemberProcess paused = MemberProcess.start(directory, fit, 1)) {
      pause(fit, paused, Duration.ofSeconds(5));

      assertThat(fit.coordinator.membership().members()).containsExactly(member(0), member(1));
      assertThat(paused.isAlive()).isTrue();
    }
  }

  @Test
  void aPauseOfAThirdOfTheLivenessTimeoutDoesNotEvict() throws Exception {
    try (CoordinatorFixture fit = elastic(Duration.ofSeconds(3));
        MemberProcess paused = MemberProcess.start(directory, fit, 1)) {
      pause(fit, paused, Duration.ofSeconds(1));

      assertThat(fit.coordinator.membership().members()).containsExactly(member(0), member(1));
      assertThat(paused.isAlive()).isTrue();
    }
  }

  @Test
  void onePausedForLongerIsEvictedAndLearnsIt() throws Exception {
    try (CoordinatorFixture fit = elastic(Duration.ofSeconds(1));
        MemberProcess paused = MemberProcess.start(directory, fit, 1)) {
      pause(fit, paused, Duration.ofMillis(1_800));

      assertThat(fit.coordinator.membership().members()).containsExactly(member(0));
      assertThat(paused.awaitExit()).as("it fails with the reason").isEqualTo(1);
      assertThat(directory.resolve("member.log"))
          .content()
          .contains("SharingAbortedException: evicted: lost worker 1")
          .contains("it has been silent for 1.0 s");
    }
  }

  @Test
  void oneThatIsSilentGivesWayToANewAttempt() throws Exception {
    try (CoordinatorFixture fit = elastic(Duration.ofSeconds(2));
        MemberProcess paused = MemberProcess.start(directory, fit, 1)) {
      CoordinatorClient survivor = fit.client();
      assertThat(fit.join(survivor, 0).get(30, TimeUnit.SECONDS).size()).isEqualTo(2);
      paused.signal("STOP");
      elapse(Duration.ofMillis(1_700));
      Member again = new Member(1, 9, "127.0.0.1", 5, 10, "executor 7, attempt 1");

      CompletableFuture<View> view = fit.join(fit.client(), again);
      Eventually.await(
          "it is in", SOON, () -> fit.coordinator.membership().waiting().contains(again));

      awaitInstruction(survivor, new ViewInstruction.Suspend(2));
      assertThat(view).isNotDone();
    }
  }

  private static CoordinatorFixture elastic(Duration liveness) {
    return new CoordinatorFixture(2, 1, Duration.ofSeconds(30), liveness, Duration.ofSeconds(30));
  }

  /** Returns a moment after the process goes on. */
  private static void pause(CoordinatorFixture fit, MemberProcess process, Duration pause)
      throws Exception {
    CompletableFuture<View> view = fit.join(fit.client(), 0);
    assertThat(view.get(30, TimeUnit.SECONDS).size()).isEqualTo(2);
    process.signal("STOP");
    elapse(pause);
    process.signal("CONT");
    elapse(Duration.ofMillis(300));
  }

  private static void elapse(Duration time) {
    long startNs = System.nanoTime();
    Eventually.await("time", SOON, () -> System.nanoTime() - startNs > time.toNanos());
  }

  private static void awaitInstruction(CoordinatorClient client, ViewInstruction expected) {
    Eventually.await(expected.toString(), SOON, () -> client.poll().equals(Optional.of(expected)));
  }
}
