// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.round.BlockMetrics;
import org.sparkstrom.spark.evaluation.FigureSums;

class BlockReportTest {
  private static final int MOST_VOTE_BYTES = 524_288; // docs/WIRE_FORMAT.md

  @Test
  void meansOverWorkersComeOutInTheOrderOfTheBlocks() {
    List<String> names = List.of("z", "density 7", "z");
    FigureSums sums =
        BlockReport.of(
            names,
            List.of(
                new BlockMetrics(0.5, 0.25f),
                new BlockMetrics(0.25, 0),
                new BlockMetrics(1, 0.125f)));
    sums.add(
        BlockReport.of(
            names,
            List.of(
                new BlockMetrics(0.25, 0.25f),
                new BlockMetrics(0.75, 0),
                new BlockMetrics(1, 0.125f))));
    sums.add(BlockReport.of(names, List.of())); // of a worker before its first round
    assertThat(BlockReport.read(sums))
        .containsExactly(
            new BlockFigures("z", 0.375, 0.25),
            new BlockFigures("density 7", 0.5, 0),
            new BlockFigures("z", 1, 0.125));
  }

  @Test
  void theReportOfAnyNetworkFitsIntoAVote() {
    int layers = 3000;
    FigureSums sums =
        BlockReport.of(
            Collections.nCopies(layers, "層".repeat(400)),
            Collections.nCopies(layers, new BlockMetrics(0.5, 0.25f)));
    ByteBuffer bytes = sums.toBytes();
    assertThat(bytes.remaining()).isLessThan(MOST_VOTE_BYTES / 2);
    assertThat(BlockReport.read(FigureSums.read(bytes))).hasSize(BlockReport.MOST_BLOCKS);
  }
}
