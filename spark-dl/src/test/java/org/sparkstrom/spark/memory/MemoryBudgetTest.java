// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.memory.ExecutorMemory.Keeper;

class MemoryBudgetTest {

  private static final long MIB = 1 << 20;

  /** 25 Mi parameters with Adam: arrays of 3 * 100 + 200 MiB, 20 MiB of activations. */
  private static final MemoryNeed NEED =
      new MemoryNeed(25 * MIB, 50 * MIB, 20 * MIB, 100 * MIB, 64 * MIB);

  @Test
  void aNetworkThatCannotFitBesideTheHeapIsAnErrorWithNumbersAndSetting() {
    MemoryBudget budget = budget(Keeper.CONTAINER, 4096, 1000, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(budget::requireFits)
        .withMessageContaining("2 workers of a network with 26214400 parameters")
        .withMessageContaining("need at least 1040 MiB beside the heap")
        .withMessageContaining("activations 20 MiB")
        .withMessageContaining("there are 1000 MiB")
        .withMessageContaining("Raise spark.executor.memoryOverhead to 1624 MiB or more");
  }

  @Test
  void whatIsLikelyNotToFitIsAWarning() {
    MemoryBudget budget = budget(Keeper.CONTAINER, 4096, 1040, 2);
    assertThatCode(budget::requireFits).doesNotThrowAnyException();
    assertThat(budget.warning().orElseThrow())
        .contains("are likely to need 1624 MiB")
        .contains("rows 100 MiB")
        .contains("media driver up to 64 MiB")
        .contains("memoryOverhead to 1624 MiB");
    assertThat(budget(Keeper.CONTAINER, 4096, 1624, 2).warning()).isEmpty();
  }

  @Test
  void whereNobodyEnforcesTheOverheadItIsAWarningOnly() {
    MemoryBudget budget = budget(Keeper.MACHINE, 4096, 384, 2);
    assertThatCode(budget::requireFits).doesNotThrowAnyException();
    assertThat(budget.warning()).isPresent();
  }

  @Test
  void theDriversMachineIsALimitInLocalMode() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> budget(Keeper.DRIVER, 4096, 1000, 2).requireFits())
        .withMessageContaining("Raise the memory of the machine or container");
  }

  @Test
  void aHeapThatCannotHoldSnapshotAndResidualsIsAnError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> budget(Keeper.MACHINE, 699, 4096, 2).requireFits())
        .withMessageContaining("at least 700 MiB of heap")
        .withMessageContaining("has 699 MiB")
        .withMessageContaining("Raise spark.executor.memory to 1400 MiB");
    assertThatCode(() -> budget(Keeper.MACHINE, 700, 4096, 2).requireFits())
        .doesNotThrowAnyException();
  }

  private static MemoryBudget budget(Keeper keeper, long heap, long natives, int workers) {
    return new MemoryBudget(
        new ExecutorMemory(keeper, heap * MIB, natives * MIB, workers), NEED, workers);
  }
}
