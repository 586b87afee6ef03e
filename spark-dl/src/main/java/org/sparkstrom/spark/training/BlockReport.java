// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sparkstrom.sharing.round.BlockMetrics;
import org.sparkstrom.spark.evaluation.FigureSums;

/**
 * What workers tell of the blocks of their update at the end of an epoch, in their votes.
 *
 * <p>Figures are named by the block's place, so that they come out in its order: {@code "0003
 * density NAME"} and {@code "0003 threshold"}. Names are cut and the blocks limited, so that the
 * vote of a network of very many layers is no longer than a vote may be.
 */
final class BlockReport {
  /** Blocks that are told of; the first ones. */
  static final int MOST_BLOCKS = 500;

  private static final int MOST_NAME_CHARS = 60;
  private static final int PLACE_CHARS = 5;
  private static final String DENSITY = "density ";
  private static final String THRESHOLD = "threshold";

  private BlockReport() {}

  /** The figures of one worker; none before its first round. */
  static FigureSums of(List<String> names, List<BlockMetrics> blocks) {
    FigureSums sums = new FigureSums();
    for (int i = 0; i < Math.min(blocks.size(), MOST_BLOCKS); i++) {
      String place = String.format(Locale.ROOT, "%04d ", i);
      String name = names.get(i);
      String brief = name.substring(0, Math.min(name.length(), MOST_NAME_CHARS));
      sums.add(place + DENSITY + brief, blocks.get(i).density(), 1);
      sums.add(place + THRESHOLD, blocks.get(i).threshold(), 1);
    }
    return sums;
  }

  /** The means over all workers, in the order of the blocks. */
  static List<BlockFigures> read(FigureSums sums) {
    Map<String, Double> figures = sums.figures();
    List<BlockFigures> blocks = new ArrayList<>();
    figures.forEach(
        (key, density) -> {
          if (key.startsWith(DENSITY, PLACE_CHARS)) {
            String threshold = key.substring(0, PLACE_CHARS) + THRESHOLD;
            blocks.add(
                new BlockFigures(
                    key.substring(PLACE_CHARS + DENSITY.length()),
                    density,
                    figures.getOrDefault(threshold, 0.0)));
          }
        });
    return blocks;
  }
}
