// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallJudgeTest {
  private static final List<Integer> ALIVE = List.of(0, 1, 2, 3);

  private final StallJudge judge = new StallJudge(Duration.ofNanos(100));

  @Test
  void waitsForMoreReportsUntilTheGraceIsOver() {
    judge.report(0, List.of(1, 2), 0);
    assertThat(judge.judge(ALIVE, 99)).isEmpty();
    assertThat(judge.judge(ALIVE, 100)).containsExactly(1, 2);
  }

  @Test
  void leavesThoseAloneForWhomNobodyWaits() {
    judge.report(0, List.of(1), 0);
    assertThat(judge.judge(ALIVE, 100)).containsExactly(1);
  }

  @Test
  void judgesAtOnceWhenOneAloneIsSilent() {
    judge.report(0, List.of(1), 0);
    judge.report(2, List.of(1), 0);
    judge.report(3, List.of(1), 0);
    assertThat(judge.judge(ALIVE, 0)).containsExactly(1);
  }

  @Test
  void oneHasToGoWhenAllWaitForEachOther() {
    judge.report(0, List.of(1), 0);
    judge.report(1, List.of(0), 0);
    judge.report(2, List.of(0, 1), 0);
    judge.report(3, List.of(0, 1), 0);
    assertThat(judge.judge(ALIVE, 0)).containsExactly(1);
  }

  @Test
  void forgetsWhatHasBeenResolved() {
    judge.report(0, List.of(1), 0);
    judge.clear();
    assertThat(judge.judge(ALIVE, 1_000)).isEmpty();
  }
}
