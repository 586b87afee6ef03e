// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SOON;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.endOf;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.member;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a fit ends when a worker does not come, dies, hangs, fails or leaves. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LossTest {

  @Test
  void failsWhenNotAllHaveJoinedInTime() throws Exception {
    try (CoordinatorFixture fit =
        new CoordinatorFixture(2, Duration.ofMillis(700), Duration.ofSeconds(30))) {
      CompletableFuture<View> present = fit.join(fit.client(), 0);

      assertThatThrownBy(present::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(SharingAbortedException.class)
          .rootCause()
          .hasMessage(
              "2 workers expected, 1 joined, and no more came within 0.7 s (joined: worker 0"
                  + " (executor 0, attempt 0); missing ranks: 1). Check that the cluster has a free"
                  + " slot for each worker and that executors can reach "
                  + fit.coordinator.address()
                  + " (spark.driver.host), or allow more time");
    }
  }

  @Test
  void givesAReplacementTimeWhenAWorkerLeavesBeforeItHasJoined() throws Exception {
    Duration patience = Duration.ofMillis(1500);
    try (CoordinatorFixture fit = new CoordinatorFixture(2, patience, Duration.ofSeconds(30))) {
      CoordinatorClient zero = fit.client();
      CoordinatorClient leaves = fit.client();
      elapse(patience.multipliedBy(2)); // both are reading their rows

      leaves.fail("no space left on device");
      leaves.close();
      elapse(patience.dividedBy(3));
      assertThat(fit.coordinator.failure()).isEmpty();

      CompletableFuture<View> view = fit.join(fit.client(), 1);
      assertThat(fit.join(zero, 0).get()).isEqualTo(view.get());
    }
  }

  @Test
  void quotesTheReasonOfAWorkerThatLeftWhenNobodyReplacesIt() {
    try (CoordinatorFixture fit =
        new CoordinatorFixture(2, Duration.ofMillis(500), Duration.ofSeconds(30))) {
      CoordinatorClient zero = fit.client();
      CoordinatorClient leaves = fit.client();
      leaves.fail("no space left on device");
      leaves.close();
      assertThat(endOf(zero)).contains("2 workers expected", "no space left on device");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thoseWhoAreHereBeginWhenNoMoreComeAndTheyAreEnough() throws Exception {
    Duration patience = Duration.ofMillis(700);
    try (CoordinatorFixture fit =
        new CoordinatorFixture(3, 2, patience, Duration.ofSeconds(30), Duration.ofSeconds(30))) {
      CompletableFuture<View> zero = fit.join(fit.client(), 0);
      View view = fit.join(fit.client(), 2).get();
      assertThat(view.ranks()).containsExactly(0, 2);
      assertThat(zero.get()).isEqualTo(view);
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  void tooFewDoNotBegin() throws Exception {
    Duration patience = Duration.ofMillis(700);
    try (CoordinatorFixture fit =
        new CoordinatorFixture(3, 2, patience, Duration.ofSeconds(30), Duration.ofSeconds(30))) {
      CompletableFuture<View> present = fit.join(fit.client(), 1);
      assertThatThrownBy(present::get)
          .rootCause()
          .hasMessageStartingWith(
              "3 workers expected, at least 2 needed (minWorkers), 1 joined, and no more came within"
                  + " 0.7 s (joined: worker 1 (executor 1, attempt 0); missing ranks: 0, 2)");
    }
  }

  private static void elapse(Duration time) {
    long startNs = System.nanoTime();
    Eventually.await("time", SOON, () -> System.nanoTime() - startNs > time.toNanos());
  }

  @Test
  void noticesAtOnceWhenAMemberIsKilledAndNamesItToTheOthers() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(3)) {
      CoordinatorFixture.RawWorker victim = fit.rawMember(1);
      CoordinatorClient zero = fit.client();
      CoordinatorClient two = fit.client();
      CompletableFuture<View> view = fit.join(zero, 0);
      fit.join(two, 2).get();
      view.get();
      victim
          .channel()
          .send(new ControlMessage.Progress(new MemberProgress(1, 17, 3, 0.5, 100, 1, 2, 3)));
      Eventually.await("report", SOON, () -> fit.coordinator.membership().progress().size() == 1);

      long killedNs = System.nanoTime();
      victim.socket().close();

      String reason =
          "lost worker 1 (executor 1, attempt 0), after round 17 (epoch 3): its connection closed"
              + " without a goodbye. Its executor may have been killed or lost its network; see the"
              + " executor's log. To go on without a lost worker set minWorkers to less than the 3"
              + " workers (not in ASYNC)";
      assertThat(endOf(zero)).isEqualTo(reason);
      assertThat(endOf(two)).isEqualTo(reason);
      assertThat(Duration.ofNanos(System.nanoTime() - killedNs)).isLessThan(Duration.ofSeconds(2));
      assertThat(fit.coordinator.failed().get()).isEqualTo(reason);
    }
  }

  @Test
  void noticesAMemberThatFallsSilent() throws Exception {
    try (CoordinatorFixture fit =
        new CoordinatorFixture(2, Duration.ofSeconds(30), Duration.ofSeconds(2))) {
      CoordinatorClient alive = fit.client();
      CompletableFuture<View> view = fit.join(alive, 0);
      CoordinatorFixture.RawWorker silent = fit.rawMember(1);
      view.get();

      assertThat(endOf(alive))
          .startsWith(
              "lost worker 1 (executor 1, attempt 0), before it reported any round: it has been"
                  + " silent for 2.0 s. ");
      assertThat(silent.channel().receive()).isInstanceOf(ControlMessage.Joined.class);
      assertThat(silent.channel().receive())
          .as("a member that was only paused learns its fate")
          .isEqualTo(new ControlMessage.Abort(fit.coordinator.failed().get()));
    }
  }

  @Test
  void keepsMembersThatOnlySendSignsOfLife() throws Exception {
    try (CoordinatorFixture fit =
        new CoordinatorFixture(2, Duration.ofSeconds(30), Duration.ofSeconds(2))) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      long untilNs = System.nanoTime() + Duration.ofSeconds(4).toNanos();

      Eventually.await("four seconds", SOON, () -> System.nanoTime() - untilNs > 0);

      assertThat(fit.coordinator.failure()).isEmpty();
      clients.forEach(CoordinatorClient::check);
    }
  }

  @Test
  void noticesACoordinatorThatFallsSilent() throws Exception {
    try (MuteCoordinator mute = new MuteCoordinator(Duration.ofMillis(500))) {
      CoordinatorClient client = CoordinatorClient.connect(mute.address(), mute.secret(), 1, SOON);

      assertThat(endOf(client))
          .isEqualTo(
              "the coordinator at " + mute.address() + " is gone: it has been silent for 0.5 s");
      client.close();
    }
  }

  @Test
  void passesTheReasonOfAFailedMemberOn() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);

      clients.get(1).report(new MemberProgress(1, 5, 0, 0.5, 1, 1, 1, 1));
      clients.get(1).fail("the loss is NaN");
      clients.get(1).close();

      assertThat(endOf(clients.get(0)))
          .isEqualTo(
              "failed worker 1 (executor 1, attempt 0), after round 5 (epoch 0): the loss is NaN");
    }
  }

  @Test
  void failsWhenAMemberLeavesBeforeAllAreDone() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);

      clients.get(0).close();
      clients.get(0).close();

      assertThat(endOf(clients.get(1))).contains("it left before all workers were done");
      assertThatThrownBy(clients.get(0)::check).hasMessageEndingWith("is closed");
    }
  }

  @Test
  void refusesNewAttemptsAfterAFailureWithItsReason() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      fit.coordinator.abort("worker 1 is lost");

      assertThatThrownBy(() -> fit.client().join(member(1), SOON))
          .isInstanceOf(SharingAbortedException.class)
          .hasMessageContaining("the fit has already failed: worker 1 is lost");
    }
  }

  @Test
  void givesUpWaitingAfterItsOwnTimeout() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      CoordinatorClient client = fit.client();

      assertThatThrownBy(() -> client.join(member(0), Duration.ofMillis(200)))
          .isInstanceOf(SharingAbortedException.class)
          .hasMessageStartingWith("waited 0.2 s for the other workers to join");
    }
  }
}
