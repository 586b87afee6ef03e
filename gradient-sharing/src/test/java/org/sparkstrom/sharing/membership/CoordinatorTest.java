// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SESSION;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SOON;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.endOf;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.member;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a fit sees of its coordinator while nobody is lost. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CoordinatorTest {

  @Test
  void givesTheViewToNobodyWhoIsNotInIt() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      CoordinatorClient zombie = fit.client();
      fit.joinedClients(2);
      Member one = member(1);
      Member again =
          new Member(1, one.salt() + 1, one.host(), one.port(), one.rowCount(), "attempt 1");

      assertThatThrownBy(() -> zombie.join(again, SOON))
          .isInstanceOf(RankTakenException.class)
          .hasMessageContaining("rank 1 is taken");
    }
  }

  @Test
  void givesAllWorkersTheSameViewOnceTheLastHasJoined() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(3)) {
      CompletableFuture<View> two = fit.join(fit.client(), 2);
      CompletableFuture<View> zero = fit.join(fit.client(), 0);
      Eventually.await(
          "two are in", SOON, () -> fit.coordinator.membership().members().size() == 2);
      assertThat(two).isNotDone();

      CompletableFuture<View> one = fit.join(fit.client(), 1);

      View expected = new View(SESSION, 1, List.of(member(0), member(1), member(2)));
      assertThat(two.get()).isEqualTo(expected);
      assertThat(zero.get()).isEqualTo(expected);
      assertThat(one.get()).isEqualTo(expected);
      assertThat(fit.coordinator.membership().members()).isEqualTo(expected.members());
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  void showsTheLatestProgressOfEachMember() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      MemberProgress last = new MemberProgress(1, 500, 2, 0.25, 32_000, 1_000, 100_000, 7_000);

      for (long round = 1; round < 500; round++) {
        clients.get(1).report(new MemberProgress(1, round, 0, Double.NaN, 64 * round, 1, 2, 3));
      }
      clients.get(1).report(last);

      Eventually.await(
          "report", SOON, () -> fit.coordinator.membership().progress().equals(List.of(last)));
    }
  }

  @Test
  void letsNobodyGoBeforeAllAreDone() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      CompletableFuture<Void> first = fit.inBackground(() -> clients.get(0).complete("aa", SOON));
      Eventually.await("first", SOON, () -> fit.coordinator.fingerprints().containsKey(0));
      assertThat(first).isNotDone();

      clients.get(1).complete("bb", SOON);
      first.get();
      clients.forEach(CoordinatorClient::close);

      assertThat(fit.coordinator.fingerprints()).isEqualTo(Map.of(0, "aa", 1, "bb"));
      fit.coordinator.close();
      assertThat(fit.coordinator.failure()).isEmpty();
      assertThat(fit.coordinator.failed()).isNotDone();
    }
  }

  @Test
  void refusesASecondWorkerOfARankThatIsAlive() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      CompletableFuture<View> first = fit.join(fit.client(), 0);
      Eventually.await(
          "first is in", SOON, () -> fit.coordinator.membership().members().size() == 1);

      CoordinatorClient copy = fit.client();
      Member speculative = new Member(0, 9, "127.0.0.1", 5, 10, "executor 7, attempt 1");

      assertThatThrownBy(() -> copy.join(speculative, SOON))
          .isInstanceOf(RankTakenException.class)
          .hasMessage(
              "the coordinator at "
                  + fit.coordinator.address()
                  + " refused this worker: rank 0 is taken by worker 0 (executor 0, attempt 0),"
                  + " which is alive; executor 7, attempt 1 must be a second attempt of the same"
                  + " task (spark.speculation should be off)");
      copy.close();
      assertThat(fit.join(fit.client(), 1).get().member(0)).isEqualTo(member(0));
      assertThat(first.get().size()).isEqualTo(2);
    }
  }

  @Test
  void refusesARankThatTheFitDoesNotHave() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      CoordinatorClient client = fit.client();

      assertThatThrownBy(() -> client.join(member(2), SOON))
          .isInstanceOf(SharingAbortedException.class)
          .hasMessageContaining("the fit has 2 workers, so there is no place for worker 2");
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  void endsTheFitForAllWhenTheDriverAborts() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);

      fit.coordinator.abort("the job was cancelled");
      fit.coordinator.abort("and again");

      assertThat(clients).allSatisfy(c -> assertThat(endOf(c)).isEqualTo("the job was cancelled"));
      assertThat(fit.coordinator.failure()).contains("the job was cancelled");
      assertThat(fit.coordinator.failed()).isCompletedWithValue("the job was cancelled");
    }
  }

  @Test
  void tellsWorkersThatItIsGone() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(1)) {
      CoordinatorClient client = fit.joinedClients(1).get(0);

      fit.coordinator.close();
      fit.coordinator.close();

      assertThat(endOf(client))
          .isEqualTo("the driver closed the coordinator before all workers were done");
      assertThatThrownBy(() -> client.complete("aa", SOON))
          .isInstanceOf(SharingAbortedException.class);
    }
  }

  @Test
  void addressSaysWhereToConnect() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(1)) {
      assertThat(fit.coordinator.address().host()).isEqualTo("127.0.0.1");
      assertThat(fit.coordinator.address().port()).isPositive();
    }
    assertThat(new CoordinatorAddress("::1", 5)).hasToString("[::1]:5");
  }

  @Test
  void tellsAllWhoHasCompletedTheFit() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      assertThat(fit.coordinator.completedRanks()).isEmpty();
      CompletableFuture<Void> other =
          fit.inBackground(
              () -> assertThat(clients.get(1).complete("a", SOON)).containsExactly(0, 1));
      assertThat(clients.get(0).complete("a", SOON, () -> {})).containsExactly(0, 1);
      other.get();
      assertThat(fit.coordinator.completedRanks()).containsExactly(0, 1);
    }
  }

  @Test
  void aWorkerThatKnowsThatNobodyCanGoOnEndsTheFitForAll() throws Exception {
    try (CoordinatorFixture fit =
        new CoordinatorFixture(
            3, 1, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30))) {
      List<CoordinatorClient> clients = fit.joinedClients(3);
      clients.get(2).endFit("the update is NaN");
      assertThat(endOf(clients.get(0)))
          .isEqualTo(
              "failed worker 2 (executor 2, attempt 0), before it reported any round: the update is"
                  + " NaN");
      assertThat(fit.coordinator.failure()).isPresent();
    }
  }
}
