// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SOON;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.endOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions that the driver makes for all workers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VotingTest {
  /** The sum of the votes, told to all. */
  private static final Arbiter SUM =
      (ballot, votes) ->
          Optional.of(number(votes.values().stream().mapToInt(v -> v.getInt(0)).sum()));

  @Test
  void allWorkersGetOneVerdictAndServeMeanwhile() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.voting(3, 3, SOON, SUM)) {
      List<CoordinatorClient> clients = fit.joinedClients(3);
      AtomicInteger served = new AtomicInteger();
      CompletableFuture<Integer> first = decide(clients.get(0), "epoch 0", 1, served);
      CompletableFuture<Integer> second = decide(clients.get(1), "epoch 0", 10, served);
      Eventually.await("they serve", SOON, () -> served.get() > 5);
      assertThat(first).isNotDone();

      assertThat(decide(clients.get(2), "epoch 0", 100, served).join()).isEqualTo(111);
      assertThat(first.join()).isEqualTo(111);
      assertThat(second.join()).isEqualTo(111);
    }
  }

  @Test
  void theRestDecidesWhenAWorkerIsLostAndANewOneIsTold() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.voting(3, 1, SOON, SUM)) {
      List<CoordinatorClient> clients = fit.joinedClients(3);
      AtomicInteger served = new AtomicInteger();
      CompletableFuture<Integer> first = decide(clients.get(0), "epoch 0", 1, served);
      CompletableFuture<Integer> second = decide(clients.get(1), "epoch 0", 10, served);
      Eventually.await("they wait", SOON, () -> served.get() > 5);

      clients.get(2).fail("out of memory");
      assertThat(first.join()).isEqualTo(11);
      assertThat(second.join()).isEqualTo(11);
      assertThat(fit.coordinator.membership().events()).hasSize(1);
      MembershipEvent loss = fit.coordinator.membership().events().get(0);
      assertThat(loss.kind()).isEqualTo(MembershipEvent.Kind.LOST);
      assertThat(loss.member()).isEqualTo(CoordinatorFixture.member(2));
      assertThat(loss.cause()).contains("out of memory");

      assertThat(decide(clients.get(1), "epoch 0", 7_000, served).join()).isEqualTo(11);
    }
  }

  @Test
  void whoDoesNotVoteInTimeIsLost() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.voting(2, 2, Duration.ofMillis(300), SUM)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      assertThatThrownBy(() -> decide(clients.get(0), "epoch 4", 1, new AtomicInteger()).join())
          .isInstanceOf(CompletionException.class)
          .hasRootCauseInstanceOf(SharingAbortedException.class)
          .hasRootCauseMessage(
              "lost worker 1 (executor 1, attempt 0), before it reported any round: it has not come"
                  + " to 'epoch 4' within 0.3 s of the first, while others wait");
    }
  }

  @Test
  void aVoteThatIsNotAwaitedBlocksNobody() throws Exception {
    AtomicInteger decided = new AtomicInteger();
    Arbiter count =
        (ballot, votes) -> {
          decided.addAndGet(votes.size());
          return Optional.empty();
        };
    try (CoordinatorFixture fit = CoordinatorFixture.voting(2, 2, Duration.ofMillis(100), count)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      clients.get(0).vote("checkpoint", number(1));
      clients.get(1).vote("checkpoint", number(2));
      Eventually.await("decided", SOON, () -> decided.get() == 2);
      assertThat(fit.coordinator.failure()).isEmpty();
    }
  }

  @Test
  void anArbiterThatFailsEndsTheFit() throws Exception {
    Arbiter broken =
        (ballot, votes) -> {
          throw new IllegalStateException("no such metric");
        };
    try (CoordinatorFixture fit = CoordinatorFixture.voting(1, 1, SOON, broken)) {
      CoordinatorClient client = fit.joinedClients(1).get(0);
      client.vote("epoch 0", number(1));
      assertThat(endOf(client))
          .startsWith("the driver could not decide for the workers: ")
          .contains("no such metric");
    }
  }

  private static CompletableFuture<Integer> decide(
      CoordinatorClient client, String ballot, int vote, AtomicInteger served) {
    return CompletableFuture.supplyAsync(
        () ->
            client
                .decide(ballot, number(vote), SOON, served::incrementAndGet)
                .order(ByteOrder.BIG_ENDIAN)
                .getInt(0));
  }

  private static ByteBuffer number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(0, value);
  }
}
