// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoundStopwatchTest {

  @Test
  void everyNanosecondBelongsToOnePart() {
    AtomicLong nowNs = new AtomicLong(1000);
    RoundStopwatch stopwatch = new RoundStopwatch(nowNs::get);
    for (int round = 0; round < 2; round++) {
      nowNs.addAndGet(50);
      stopwatch.computed();
      nowNs.addAndGet(7);
      stopwatch.encoded();
      nowNs.addAndGet(20);
      stopwatch.waited();
      nowNs.addAndGet(3);
      stopwatch.applied();
    }

    assertThat(stopwatch.times()).isEqualTo(new RoundTimes(100, 14, 40, 6));
  }
}
