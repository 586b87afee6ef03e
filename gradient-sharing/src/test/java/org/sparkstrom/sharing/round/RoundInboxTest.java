// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.round.RoundInbox.Retention;

class RoundInboxTest {

  @ParameterizedTest
  @CsvSource({
    "0, UNTIL_COMPLETED", "1, UNTIL_COMPLETED",
    "0, UNTIL_NOBODY_LACKS_THEM", "1, UNTIL_NOBODY_LACKS_THEM"
  })
  void holdsEveryRoundThatAPeerCanHaveSentOrStillLack(int inFlight, Retention retention) {
    RoundInbox inbox = new RoundInbox(List.of(0, 3), inFlight, retention);
    long completed = 20;
    long oldest = retention == Retention.UNTIL_COMPLETED ? completed + 1 : completed - inFlight;
    long newest = completed + 1 + RoundInbox.roundsAhead(inFlight);

    for (long round = oldest; round <= newest; round++) {
      inbox.put(0, round, payload(round));
      assertThat(inbox.hasAll(round)).isFalse();
      inbox.put(3, round, payload(-round));
    }

    for (long round = oldest; round <= newest; round++) {
      assertThat(inbox.hasAll(round)).isTrue();
      assertThat(inbox.payload(0, round)).isEqualTo(payload(round));
      assertThat(inbox.payload(3, round)).isEqualTo(payload(-round));
    }
    assertThat(inbox.has(0, oldest - 1)).isFalse();
    assertThat(inbox.has(0, newest + 1)).isFalse();
  }

  private static ByteBuffer payload(long content) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, content);
  }
}
