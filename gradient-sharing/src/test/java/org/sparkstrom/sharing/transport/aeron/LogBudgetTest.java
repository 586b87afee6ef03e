// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogBudgetTest {
  private static final long MIB = 1 << 20;

  private final LogBudget usual = new LogBudget(AeronConfig.DEFAULT_MEMORY_BUDGET_BYTES);

  @ParameterizedTest
  @CsvSource({
    "1, 1024", "8, 1024", "9, 512", "16, 512", "17, 256", "33, 256", "34, 128", "63, 128",
    "67, 128", "68, 64", "133, 64"
  })
  void aStockDevShmHoldsTermsOf(int peers, int termKib) {
    int term = usual.termLengthBytes(peers);

    assertThat(term).isEqualTo(termKib * 1024);
    assertThat(LogBudget.DRIVER_BYTES + LogBudget.streamBytes(peers, term))
        .isLessThanOrEqualTo(64 * MIB);
  }

  @Test
  void allPeerCountsStayWithinAnyBudget() {
    for (long mib = 14; mib < 1000; mib += 7) {
      LogBudget budget = new LogBudget(mib * MIB);
      for (int peers = 1; peers <= Math.min(budget.maxPeers(), 1023); peers++) {
        int term = budget.termLengthBytes(peers);
        assertThat(LogBudget.streamBytes(peers, term)).isLessThanOrEqualTo(budget.logBytes());
        if (term < AeronConfig.MAX_TERM_LENGTH_BYTES) {
          assertThat(LogBudget.streamBytes(peers, 2 * term)).isGreaterThan(budget.logBytes());
        }
      }
    }
  }

  @Test
  void morePeersThanFitAreAnErrorWithBothNumbers() {
    assertThat(usual.maxPeers()).isEqualTo(133);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> usual.termLengthBytes(134))
        .withMessage(
            "memoryBudgetBytes of 67108864 has room for the streams of 133 peers, but there are"
                + " 134; use fewer workers, or raise it to 67420160 and give /dev/shm as much"
                + " (docker: --shm-size)");
  }

  @Test
  void aBudgetMustHoldOnePeer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogBudget(12 * MIB))
        .withMessage(
            "memoryBudgetBytes must have room for the media driver and one peer, 14032896 bytes,"
                + " but is 12582912");
  }

  @Test
  void termsAreShorterWhereTheRoomIsSmallerThanTheBudget() throws Exception {
    TermLength lengths = new TermLength(usual);
    List<InetAddress> elsewhere = Collections.nCopies(4, InetAddress.getByName("203.0.113.9"));
    List<InetAddress> here = Collections.nCopies(3, LocalAddress.resolve("127.0.0.1"));

    assertThat(lengths.of(4, elsewhere, 100 * MIB)).isEqualTo(1024 * 1024);
    assertThat(lengths.of(4, elsewhere, 20 * MIB)).isEqualTo(512 * 1024);
    assertThat(lengths.of(3, here, 20 * MIB)).isEqualTo(256 * 1024);
    assertThat(lengths.of(3, here, 3 * MIB)).isEqualTo(64 * 1024);
    assertThatIllegalStateException()
        .isThrownBy(() -> lengths.of(4, elsewhere, MIB))
        .withMessage(
            "the streams of 4 peers take at least 1605632 bytes of /dev/shm, but 1048576 are left;"
                + " give it more room (docker: --shm-size)");
  }
}
