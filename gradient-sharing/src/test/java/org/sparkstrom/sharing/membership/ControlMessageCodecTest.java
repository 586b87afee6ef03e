// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlMessageCodecTest {

  static Stream<ControlMessage> messages() {
    Member member = new Member(3, -9, "10.0.0.7", 40_123, 1L << 40, "executor 3 on höst");
    Member first = CoordinatorFixture.member(0);
    return Stream.of(
        new ControlMessage.Welcome(15_000, 3),
        new ControlMessage.Hello(),
        new ControlMessage.Heartbeat(),
        new ControlMessage.Join(member),
        new ControlMessage.Joined(new View(77, 2, List.of(first, CoordinatorFixture.member(1)))),
        new ControlMessage.Refused(true, "rank is taken"),
        new ControlMessage.Refused(false, "no place"),
        new ControlMessage.Progress(new MemberProgress(1, 2, 3, Double.NaN, 5, 6, 7, 8)),
        new ControlMessage.Fail(""),
        new ControlMessage.Complete("0123abcd"),
        new ControlMessage.AllComplete(List.of(0, 2)),
        new ControlMessage.EndFit("it has diverged"),
        new ControlMessage.Abort("lost worker 1"),
        new ControlMessage.Suspend(3),
        new ControlMessage.Suspended(3, -1),
        new ControlMessage.Prepare(change(first, member)),
        new ControlMessage.Ready(3),
        new ControlMessage.Install(3),
        new ControlMessage.Stalled(2, 1L << 40, List.of(1, 5)),
        new ControlMessage.Vote("epoch 3", true, content(1, 2, 3)),
        new ControlMessage.Verdict("epoch 3", content()),
        new ControlMessage.Goodbye());
  }

  private static ByteBuffer content(int... bytes) {
    ByteBuffer content = ByteBuffer.allocate(bytes.length);
    for (int b : bytes) {
      content.put((byte) b);
    }
    return content.flip();
  }

  private static ViewChange change(Member first, Member joiner) {
    View view = new View(77, 3, List.of(first, CoordinatorFixture.member(2), joiner));
    return new ViewChange(view, 99, 0, List.of(2), 0, List.of(3));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void decodesWhatItEncodes(ControlMessage message) {
    assertThat(ControlMessageCodec.decode(ControlMessageCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void refusesEveryMessageThatIsTooShortOrTooLong(ControlMessage message) {
    ByteBuffer bytes = ControlMessageCodec.encode(message);
    for (int length = 0; length < bytes.limit(); length++) {
      ByteBuffer cut = bytes.duplicate().limit(length);
      assertThatThrownBy(() -> ControlMessageCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    ByteBuffer longer = ByteBuffer.allocate(bytes.limit() + 2).put(bytes.duplicate()).rewind();
    assertThatThrownBy(() -> ControlMessageCodec.decode(longer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a control message has 2 bytes too many");
  }

  @Test
  void refusesDamagedMessagesWithoutAnyOtherFailure() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<ControlMessage> messages = messages().toList();
    for (int i = 0; i < 20_000; i++) {
      ByteBuffer bytes = ControlMessageCodec.encode(messages.get(i % messages.size()));
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt());
      }
      try {
        assertThat(ControlMessageCodec.decode(bytes)).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %d, message %d", seed, i).hasMessageMatching("(?s).+");
      }
    }
  }

  @Test
  void carriesAViewOfAThousandMembers() {
    List<Member> members = new ArrayList<>();
    for (int rank = 0; rank < 1000; rank++) {
      members.add(CoordinatorFixture.member(rank));
    }
    ControlMessage joined = new ControlMessage.Joined(new View(1, 1, members));

    ByteBuffer bytes = ControlMessageCodec.encode(joined);

    assertThat(bytes.remaining()).isLessThan(100_000);
    assertThat(ControlMessageCodec.decode(bytes)).isEqualTo(joined);
  }

  @Test
  void cutsTextsThatAreTooLong() {
    ByteBuffer bytes = ControlMessageCodec.encode(new ControlMessage.Abort("x".repeat(100_000)));

    assertThat(ControlMessageCodec.decode(bytes))
        .isEqualTo(new ControlMessage.Abort("x".repeat(16_384)));
  }
}
