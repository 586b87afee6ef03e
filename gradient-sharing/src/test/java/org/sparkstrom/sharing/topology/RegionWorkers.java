// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/**
 * All workers of a plan in one thread; messages arrive in random order, as far as phases let them.
 */
final class RegionWorkers {
  final List<RegionRound> rounds = new ArrayList<>();
  final long[] entriesByPhase;
  private final RegionPlan plan;
  private final Random random;

  RegionWorkers(RegionPlan plan, BlockLayout layout, ThresholdPolicy policy, Random random) {
    this.plan = plan;
    this.random = random;
    this.entriesByPhase = new long[plan.phases()];
    for (int place = 0; place < plan.workers(); place++) {
      rounds.add(new RegionRound(plan, place, layout, policy));
    }
  }

  /** Replaces the update of each worker by the aggregate. */
  void exchange(float[][] updates, double scale) throws CorruptPayloadException {
    List<Message> messages = new ArrayList<>();
    for (int place = 0; place < rounds.size(); place++) {
      rounds.get(place).start(updates[place], outbox(place, messages));
    }
    while (!messages.isEmpty()) {
      Collections.shuffle(messages, random);
      Deque<Message> turn = new ArrayDeque<>(messages);
      messages.clear();
      for (Message message : turn) {
        RegionRound receiver = rounds.get(message.receiver);
        if (receiver.phase() == message.phase) {
          receiver.receive(message.sender, message.payload, outbox(message.receiver, messages));
        } else {
          messages.add(message);
        }
      }
    }
    for (int place = 0; place < rounds.size(); place++) {
      rounds.get(place).takeAggregate(updates[place], scale);
    }
  }

  /** Adds all that waits anywhere, once where several workers hold the same. */
  void addResidualsTo(double[] sums, double factor) {
    for (int place = 0; place < rounds.size(); place++) {
      RegionRound round = rounds.get(place);
      for (int level = 0; level <= plan.levels(); level++) {
        int first = level == 0 ? place : plan.firstHolder(place, level - 1);
        if (first != place) {
          assertThat(round.residual(level)).isEqualTo(rounds.get(first).residual(level));
          continue;
        }
        int start = round.residualStart(level);
        for (float r : round.residual(level)) {
          sums[start++] += factor * r;
        }
      }
    }
  }

  private RegionOutbox outbox(int sender, List<Message> messages) {
    return (receiver, phase, content, payload) -> {
      entriesByPhase[phase] += content.count();
      ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
      messages.add(new Message(sender, receiver, phase, copy.order(ByteOrder.LITTLE_ENDIAN)));
    };
  }

  private record Message(int sender, int receiver, int phase, ByteBuffer payload) {}
}
