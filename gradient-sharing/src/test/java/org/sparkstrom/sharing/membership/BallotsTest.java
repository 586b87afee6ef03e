// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BallotsTest {
  private final List<String> calls = new ArrayList<>();
  private final Ballots ballots =
      new Ballots(
          (ballot, votes) -> {
            calls.add(ballot + " " + describe(votes));
            return ballot.startsWith("silent") || ballot.startsWith("checkpoint")
                ? Optional.empty()
                : Optional.of(bytes("go"));
          });

  @Test
  void decidesOnceWhenTheLastMemberHasVoted() {
    vote("epoch 0", 1, "b");
    assertThat(ballots.decide(List.of(0, 1))).isEmpty();
    vote("epoch 0", 0, "a");
    assertThat(ballots.decide(List.of(0, 1)))
        .containsExactly(new Ballots.Decision("epoch 0", bytes("go")));
    assertThat(ballots.decide(List.of(0, 1))).isEmpty();
    assertThat(calls).containsExactly("epoch 0 0=a, 1=b");
  }

  @Test
  void aLossDecidesAndAVoteOfTheLostOneCounts() {
    vote("epoch 0", 0, "a");
    vote("epoch 0", 2, "c");
    assertThat(ballots.decide(List.of(0, 1, 2))).isEmpty();
    assertThat(ballots.decide(List.of(0))).hasSize(1);
    assertThat(calls).containsExactly("epoch 0 0=a, 2=c");
  }

  @Test
  void whoComesLateIsToldTheVerdictThatStands() {
    vote("epoch 0", 0, "a");
    ballots.decide(List.of(0));
    assertThat(vote("epoch 0", 5, "late")).contains(bytes("go"));
    assertThat(ballots.decide(List.of(0, 5))).isEmpty();
    assertThat(calls).hasSize(1);
  }

  @Test
  void aBallotThatNobodyWaitsForHasNoVerdict() {
    vote("silent", 0, "a");
    assertThat(ballots.decide(List.of(0))).isEmpty();
    assertThat(calls).containsExactly("silent 0=a");
    assertThat(vote("silent", 1, "b")).isEmpty();
    assertThat(ballots.decide(List.of(0, 1))).isEmpty();
    assertThat(calls).hasSize(1);
  }

  @Test
  void namesWhoKeepsVotersWaiting() {
    ballots.vote(new ControlMessage.Vote("checkpoint", false, bytes("x")), 0, 0);
    ballots.vote(new ControlMessage.Vote("epoch 0", true, bytes("x")), 0, 1_000);
    assertThat(ballots.overdue(List.of(0, 1, 2), 1_000)).isEmpty();
    assertThat(ballots.overdue(List.of(0, 1, 2), 1_001))
        .containsExactly(new Ballots.Overdue("epoch 0", List.of(1, 2)));
  }

  @Test
  void holdsOnlySoManyOpenBallots() {
    for (int i = 0; i < 64; i++) {
      vote("epoch " + i, 0, "a");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vote("one more", 0, "a"))
        .withMessage("at most 64 ballots may be open, so 'one more' is not");
  }

  @Test
  void theOldestThatNobodyWaitsForGivesWay() {
    for (int i = 0; i < 200; i++) {
      ballots.vote(new ControlMessage.Vote("checkpoint " + i, false, bytes("x")), 0, 0);
    }
    vote("epoch 0", 0, "a");
    assertThat(ballots.decide(List.of(0)))
        .containsExactly(new Ballots.Decision("epoch 0", bytes("go")));
    assertThat(calls)
        .hasSize(64)
        .doesNotContain("checkpoint 136 0=x")
        .contains("checkpoint 137 0=x");
  }

  private Optional<ByteBuffer> vote(String ballot, int rank, String content) {
    return ballots.vote(new ControlMessage.Vote(ballot, true, bytes(content)), rank, 0);
  }

  private static String describe(Map<Integer, ByteBuffer> votes) {
    return votes.entrySet().stream()
        .map(e -> e.getKey() + "=" + StandardCharsets.UTF_8.decode(e.getValue().duplicate()))
        .collect(Collectors.joining(", "));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
