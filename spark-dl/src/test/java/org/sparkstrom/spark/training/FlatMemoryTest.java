// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.FreshJvm;
import org.sparkstrom.spark.training.TwentyFits.FitTrace;

@Tag("slow")
class FlatMemoryTest {

  /** Fits until code, classes and buffers that are made once are there. */
  private static final int WARM_UP = 8;

  /** A network of four MiB, left behind by each fit after the warm-up, would be 48 MiB. */
  private static final long ALLOWED_GROWTH_MIB = 32;

  @Test
  void twentyFitsInOneSessionHoldNoMoreThanAFew(@TempDir Path folder) throws Exception {
    FreshJvm jvm =
        FreshJvm.run(TwentyFits.class, folder, 240, "-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");
    List<FitTrace> fits = FitTrace.parse(jvm.lines());
    assertThat(fits).hasSize(TwentyFits.FITS);
    assertThat(growth(fits, FitTrace::residentMib))
        .as("growth of the resident memory in MiB; %s", fits)
        .isLessThan(ALLOWED_GROWTH_MIB);
    assertThat(growth(fits, FitTrace::threads)).as("threads; %s", fits).isLessThanOrEqualTo(2);
    assertThat(growth(fits, FitTrace::openFiles)).as("files; %s", fits).isLessThanOrEqualTo(4);
    assertThat(fits).as("folders in /dev/shm").allMatch(fit -> fit.shmFolders() <= 1);
    assertThat(FitTrace.shmFoldersOf(jvm.pid())).as("left in /dev/shm").isZero();
  }

  /** How much the last fits hold more than those after the warm-up, by the least of four each. */
  private static long growth(List<FitTrace> fits, ToLongFunction<FitTrace> what) {
    return least(fits.subList(fits.size() - 4, fits.size()), what)
        - least(fits.subList(WARM_UP, WARM_UP + 4), what);
  }

  private static long least(List<FitTrace> fits, ToLongFunction<FitTrace> what) {
    return fits.stream().mapToLong(what).min().orElseThrow();
  }
}
