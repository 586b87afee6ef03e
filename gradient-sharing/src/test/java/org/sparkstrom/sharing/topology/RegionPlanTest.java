// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegionPlanTest {
  private static final int LENGTH = 1009;

  /** Plans that leave the range whole, that split it, and that do both. */
  static Stream<RegionPlan> plans() {
    return Stream.of(LENGTH, 1_000_000, 25_000_000)
        .flatMap(size -> IntStream.rangeClosed(1, 64).mapToObj(w -> RegionPlan.of(w, size)));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void eachParameterHasOneOwnerAmongThoseWhoHoldTheSame(RegionPlan plan) {
    int last = plan.levels() - 1;
    int[] owners = new int[LENGTH];
    int regions = 0;
    for (int place = 0; place < plan.workers(); place++) {
      RegionPlan.Range region = plan.range(place, plan.levels(), LENGTH);
      int first = plan.firstHolder(place, last);
      assertThat(plan.range(first, plan.levels(), LENGTH)).isEqualTo(region);
      assertThat(plan.firstHolder(first, last)).isEqualTo(first);
      if (first == place) {
        regions++;
        for (int i = region.from(); i < region.to(); i++) {
          owners[i]++;
        }
      }
    }
    assertThat(owners).containsOnly(1);
    for (int place = 0; place < plan.workers(); place++) {
      RegionPlan.Range region = plan.range(place, plan.levels(), LENGTH);
      assertThat(region.to() - region.from()).isBetween(LENGTH / regions, LENGTH / regions + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void levelsThatSplitCutTheRangeExactlyOnceAndWholeOnesLeaveIt(RegionPlan plan) {
    for (int place = 0; place < plan.workers(); place++) {
      int messages = 0;
      int sent = 0;
      for (int level = 0; level < plan.levels(); level++) {
        RegionPlan.Range range = plan.range(place, level, LENGTH);
        for (int digit = 0; digit < plan.factor(level); digit++) {
          int peer = plan.member(place, level, digit);
          RegionPlan.Range kept = plan.range(peer, level + 1, LENGTH);
          assertThat(plan.range(peer, level, LENGTH)).isEqualTo(range);
          assertThat(kept)
              .isEqualTo(plan.isSplit(level) ? range.part(digit, plan.factor(level)) : range);
          if (peer != place) {
            messages++;
            sent += plan.isSplit(level) ? kept.to() - kept.from() : 0;
          }
        }
      }
      RegionPlan.Range own = plan.range(place, plan.levels(), LENGTH);
      assertThat(sent).isEqualTo(LENGTH - (own.to() - own.from()));
      assertThat(plan.peers(place)).hasSize(messages).doesNotContain(place).isSorted();
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void twoWorkersShareOneLevelAtMost(RegionPlan plan) {
    int workers = plan.workers();
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

  @ParameterizedTest(name = "{0} workers of {1} parameters: {2}, {3} phases, {4} peers")
  @CsvSource(
      delimiter = ';',
      value = {
        "1; 1000000; RegionPlan[]; 0; 0",
        "2; 1000000; RegionPlan[2]; 2; 1",
        "8; 1000000; RegionPlan[8]; 2; 7",
        "12; 1000000; RegionPlan[6]|[2]; 3; 6",
        "13; 1000000; RegionPlan[13]; 2; 12",
        "16; 1000000; RegionPlan[8]|[2]; 3; 8",
        "26; 1000000; RegionPlan[13]|[2]; 3; 13",
        "32; 1000000; RegionPlan[4]|[8]; 3; 10",
        "64; 1000000; RegionPlan[4, 4]|[4]; 5; 9",
        "128; 1000000; RegionPlan[4, 4]|[4, 2]; 6; 10",
        "256; 1000000; RegionPlan[4, 4]|[4, 2, 2]; 7; 11",
        "8; 100000; RegionPlan[]|[8]; 1; 7",
        "256; 100000; RegionPlan[4]|[2, 2, 2, 2, 2, 2]; 8; 9",
        "16; 3500; RegionPlan[]|[4, 4]; 2; 6",
        "8; 25000000; RegionPlan[8]; 2; 7",
        "64; 25000000; RegionPlan[8, 8]; 4; 14",
        "256; 25000000; RegionPlan[8, 8, 4]; 6; 17",
        "8; 203530; RegionPlan[8]; 2; 7",
        "64; 203530; RegionPlan[4]|[4, 4]; 4; 9",
        "1024; 25000000; RegionPlan[8, 8]|[4, 4]; 6; 20"
      })
  void largeRangesAreSplitAndSmallOnesStayWhole(
      int workers, int parameters, String expected, int phases, int peers) {
    RegionPlan plan = RegionPlan.of(workers, parameters);
    assertThat(plan).hasToString(expected);
    assertThat(plan.phases()).isEqualTo(phases);
    assertThat(plan.peers(workers - 1)).hasSize(peers);
  }

  @Test
  void trafficStaysThatOfAGroupOfEight() {
    for (int parameters = 10_000; parameters < 200_000_000; parameters *= 2) {
      double eight = RegionCost.of(RegionPlan.ofFactors(List.of(8)), parameters).bytes();
      for (int workers = 2; workers <= 1024; workers *= 2) {
        RegionPlan plan = RegionPlan.of(workers, parameters);
        RegionCost cost = RegionCost.of(plan, parameters);
        assertThat(cost.bytes())
            .as("%d parameters, %d workers, %s", parameters, workers, plan)
            .isLessThanOrEqualTo(1.1 * eight);
      }
    }
  }

  /** One group of four that splits 1,200 parameters, then 2 * 2 workers with 300 each. */
  @Test
  void costsAreFramesEntriesPhasesParametersAndQuantizationsAddedUp() {
    RegionCost cost = RegionCost.of(RegionPlan.ofFactors(List.of(4), List.of(2, 2)), 1200);
    double down = 0.0006 / 16;
    double entries = 3 * 300 * (0.0006 + down) + 300 * 0.0006 / 4 + 300 * 2 * 0.0006 / 4;
    assertThat(cost.bytes()).isCloseTo(8 * 132 + 1.6 * entries, within(1e-6));
    assertThat(cost.timeNs()).isCloseTo(8 * 35e3 + 4 * 108e3 + 1.2 * 900 + 2 * 5e5, within(1e-3));
  }

  /** Fewer than with levels of four and eight that all split: each one makes learning late. */
  @ParameterizedTest
  @CsvSource({"16, 2", "32, 2", "64, 3", "128, 3", "256, 4"})
  void sumsAreNotQuantizedMoreOften(int workers, int most) {
    for (int parameters : new int[] {100_000, 203_530, 1_000_000, 4_000_000, 25_000_000}) {
      RegionPlan plan = RegionPlan.of(workers, parameters);
      assertThat(IntStream.range(0, plan.levels()).filter(plan::isQuantized))
          .as("%d parameters: %s", parameters, plan)
          .hasSizeBetween(1, most);
    }
  }

  @Test
  void wholeLevelsAreQuantizedTogether() {
    RegionPlan plan = RegionPlan.ofFactors(List.of(4, 2), List.of(5, 3, 2));
    assertThat(IntStream.range(0, 5).filter(plan::isQuantized)).containsExactly(0, 1, 4);
    assertThat(IntStream.of(0, 1, 4).map(plan::addends)).containsExactly(4, 2, 30);
  }

  @Test
  void refusesWhatIsNoPlan() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.of(0, 1))
        .withMessage("workers must be >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.of(1, 0))
        .withMessage("parameterCount must be >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.ofFactors(List.of(4, 1)))
        .withMessage("a factor must be >= 2, but the factors are [4, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegionPlan.ofFactors(List.of(4), List.of(0)))
        .withMessage("a factor must be >= 2, but the factors are [0]");
  }

  @Test
  void manyWorkersTakeRegions() {
    assertThat(Topology.AUTO.resolve(Topology.LARGEST_MESH)).isEqualTo(Topology.MESH);
    assertThat(Topology.AUTO.resolve(Topology.LARGEST_MESH + 1)).isEqualTo(Topology.REGIONS);
    assertThat(Topology.MESH.resolve(100)).isEqualTo(Topology.MESH);
    assertThat(Topology.REGIONS.resolve(2)).isEqualTo(Topology.REGIONS);
  }
}
