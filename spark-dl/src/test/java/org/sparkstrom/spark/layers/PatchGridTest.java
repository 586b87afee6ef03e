// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.sparkstrom.spark.layers.PatchGrid.Extent;

/** Random grids against a loop over the definition of a patch. */
class PatchGridTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final PatchGrid grid = randomGrid();

  @RepeatedTest(50)
  void patchesHoldTheValuesOfTheImage() {
    float[] image = randomValues(grid.imageLength());
    float[] patches = randomValues(grid.patchLength() * grid.patchCount()); // what was there before
    grid.gather(image, patches);
    float[] expected = new float[patches.length];
    forEachPoint((place, pixel) -> expected[place] = pixel < 0 ? 0 : image[pixel]);
    assertThat(patches).as("seed %d, %s", seed, grid).containsExactly(expected);
  }

  @RepeatedTest(50)
  void scatteredValuesAddUpWhereTheyCameFrom() {
    float[] patches = randomValues(grid.patchLength() * grid.patchCount());
    float[] image = randomValues(grid.imageLength());
    float[] expected = image.clone();
    forEachPoint(
        (place, pixel) -> {
          if (pixel >= 0) {
            expected[pixel] += patches[place];
          }
        });
    grid.scatter(patches, image);
    assertThat(image).as("seed %d, %s", seed, grid).containsExactly(expected, within(1e-5f));
  }

  private interface Point {
    /** A place among the patches, and the pixel that it is of; negative beyond the edge. */
    void at(int place, int pixel);
  }

  private void forEachPoint(Point point) {
    int place = 0;
    for (int channel = 0; channel < grid.channels(); channel++) {
      for (int y = 0; y < grid.kernel().height(); y++) {
        for (int x = 0; x < grid.kernel().width(); x++) {
          for (int patchY = 0; patchY < grid.output().height(); patchY++) {
            for (int patchX = 0; patchX < grid.output().width(); patchX++) {
              point.at(place++, pixel(channel, y, x, patchY, patchX));
            }
          }
        }
      }
    }
  }

  private int pixel(int channel, int y, int x, int patchY, int patchX) {
    int row =
        patchY * grid.stride().height() + y * grid.dilation().height() - grid.padding().height();
    int column =
        patchX * grid.stride().width() + x * grid.dilation().width() - grid.padding().width();
    boolean inside =
        row >= 0 && row < grid.image().height() && column >= 0 && column < grid.image().width();
    return inside ? (channel * grid.image().height() + row) * grid.image().width() + column : -1;
  }

  /** Any number of patches is allowed, also such that lie beyond the edge as a whole. */
  private PatchGrid randomGrid() {
    return new PatchGrid(
        1 + random.nextInt(3),
        randomExtent(1, 9),
        randomExtent(1, 4),
        randomExtent(1, 3),
        randomExtent(0, 4),
        randomExtent(1, 3),
        randomExtent(1, 9));
  }

  private Extent randomExtent(int least, int most) {
    return new Extent(
        least + random.nextInt(most - least + 1), least + random.nextInt(most - least + 1));
  }

  private float[] randomValues(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
