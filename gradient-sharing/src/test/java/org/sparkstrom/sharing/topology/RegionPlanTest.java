// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegionPlanTest {
  private static final int LENGTH = 1009;

  static IntStream workers() {
    return IntStream.rangeClosed(1, 64);
  }

  @ParameterizedTest
  @MethodSource("workers")
  void eachParameterHasOneOwner(int workers) {
    RegionPlan plan = RegionPlan.of(workers);
    int[] owners = new int[LENGTH];
    for (int place = 0; place < workers; place++) {
      RegionPlan.Range region = plan.range(place, plan.levels(), LENGTH);
      assertThat(region.to() - region.from()).isBetween(LENGTH / workers, LENGTH / workers + 1);
      for (int i = region.from(); i < region.to(); i++) {
        owners[i]++;
      }
    }
    assertThat(plan.workers()).isEqualTo(workers);
    assertThat(owners).containsOnly(1);
  }

  @ParameterizedTest
  @MethodSource("workers")
  void whatEachWorkerSendsCutsTheUpdateExactlyOnce(int workers) {
    RegionPlan plan = RegionPlan.of(workers);
    for (int place = 0; place < workers; place++) {
      int messages = 0;
      int sent = 0;
      for (int level = 0; level < plan.levels(); level++) {
        RegionPlan.Range range = plan.range(place, level, LENGTH);
        for (int digit = 0; digit < plan.factor(level); digit++) {
          int peer = plan.member(place, level, digit);
          assertThat(plan.range(peer, level, LENGTH)).isEqualTo(range);
          assertThat(plan.range(peer, level + 1, LENGTH))
              .isEqualTo(range.part(digit, plan.factor(level)));
          if (peer != place) {
            messages++;
            sent += plan.range(peer, level + 1, LENGTH).to();
            sent -= plan.range(peer, level + 1, LENGTH).from();
          }
        }
      }
      RegionPlan.Range own = plan.range(place, plan.levels(), LENGTH);
      assertThat(sent).isEqualTo(LENGTH - (own.to() - own.from()));
      assertThat(plan.peers(place)).hasSize(messages).doesNotContain(place).isSorted();
    }
  }

  @ParameterizedTest
  @MethodSource("workers")
  void twoWorkersShareOneLevelAtMost(int workers) {
    RegionPlan plan = RegionPlan.of(workers);
    for (int place = 0; place < workers; place++) {
      Set<Integer> seen = new HashSet<>();
      for (int level = 0; level < plan.levels(); level++) {
        for (int other = 0; other < workers; other++) {
          if (plan.areInGroup(place, other, level)) {
            assertThat(seen.add(other)).isTrue();
          }
        }
      }
      assertThat(seen).containsExactlyInAnyOrderElementsOf(plan.peers(place));
    }
  }

  @ParameterizedTest(name = "{0} workers, {1} levels, {2} peers")
  @CsvSource({
    "1, 0, 0",
    "2, 1, 1",
    "3, 1, 2",
    "7, 1, 6",
    "8, 1, 7",
    "12, 2, 5",
    "13, 1, 12",
    "16, 2, 6",
    "32, 2, 10",
    "64, 3, 9",
    "128, 3, 13",
    "256, 4, 12",
    "26, 2, 13",
    "1024, 5, 15"
  })
  void fewMessagesAndFewLevels(int workers, int levels, int peers) {
    RegionPlan plan = RegionPlan.of(workers);
    assertThat(plan.levels()).isEqualTo(levels);
    assertThat(plan.peers(workers - 1)).hasSize(peers);
    assertThat(plan.phases()).isEqualTo(2 * levels);
  }

  @Test
  void refusesWhatIsNoPlan() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.of(0))
        .withMessage("workers must be >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.ofFactors(List.of(4, 1)))
        .withMessage("a factor must be >= 2, but the factors are [4, 1]");
  }

  @Test
  void manyWorkersTakeRegions() {
    assertThat(Topology.AUTO.resolve(Topology.LARGEST_MESH)).isEqualTo(Topology.MESH);
    assertThat(Topology.AUTO.resolve(Topology.LARGEST_MESH + 1)).isEqualTo(Topology.REGIONS);
    assertThat(Topology.MESH.resolve(100)).isEqualTo(Topology.MESH);
    assertThat(Topology.REGIONS.resolve(2)).isEqualTo(Topology.REGIONS);
  }
}
