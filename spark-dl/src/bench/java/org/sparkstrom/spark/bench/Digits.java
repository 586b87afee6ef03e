// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * The 60,000 training images of MNIST, with the last 10,000 held out for validation.
 *
 * <p>The test images are never read: what is tuned by looking at a result must be tuned on other
 * data than the result is claimed for. The split is the same for every seed; a seed decides how the
 * remaining rows are dealt to the workers.
 */
final class Digits {
  static final int CLASS_COUNT = 10;
  static final int HELD_OUT = 10_000;

  private static final String IMAGES = "train-images-idx3-ubyte.gz";
  private static final String LABELS = "train-labels-idx1-ubyte.gz";
  private static final float WHITE = 255f;

  private final byte[] pixels;
  private final byte[] labels;
  private final int pixelCount;

  private Digits(byte[] pixels, byte[] labels, int pixelCount) {
    this.pixels = pixels;
    this.labels = labels;
    this.pixelCount = pixelCount;
  }

  /**
   * Reads the images and labels of a folder.
   *
   * @throws IOException if the files cannot be read or do not fit each other
   */
  static Digits read(Path folder) throws IOException {
    IdxFile images = IdxFile.read(folder.resolve(IMAGES), 3);
    IdxFile labels = IdxFile.read(folder.resolve(LABELS), 1);
    if (images.size(0) != labels.size(0) || images.size(0) <= HELD_OUT) {
      throw new IOException(
          "%s must hold as many labels as images and more than %d, but holds %d and %d"
              .formatted(folder, HELD_OUT, labels.size(0), images.size(0)));
    }
    for (byte label : labels.bytes()) {
      if (label < 0 || label >= CLASS_COUNT) {
        throw new IOException(
            "a label in %s must be in [0, %d), but is %d"
                .formatted(folder.resolve(LABELS), CLASS_COUNT, label & 0xff));
      }
    }
    return new Digits(images.bytes(), labels.bytes(), images.size(1) * images.size(2));
  }

  /** Pixels of an image: features of a row, in [0, 1]. */
  int pixelCount() {
    return pixelCount;
  }

  /** The held-out rows, in the order of the file. */
  ThreadedFit.Rows heldOut() {
    int[] rows = new int[HELD_OUT];
    for (int i = 0; i < HELD_OUT; i++) {
      rows[i] = trainingCount() + i;
    }
    return new Selection(rows);
  }

  /** The other rows, shuffled by the seed and dealt to workers in turn. */
  List<ThreadedFit.Rows> deal(int workers, long seed) {
    return deal(workers, seed, trainingCount());
  }

  /** Like {@link #deal(int, long)}, but at most the first {@code limit} rows of the shuffle. */
  List<ThreadedFit.Rows> deal(int workers, long seed, int limit) {
    int[] order = new int[trainingCount()];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    order = Arrays.copyOf(order, Math.min(limit, order.length));
    List<ThreadedFit.Rows> dealt = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      int[] rows = new int[(order.length - rank + workers - 1) / workers];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = order[rank + i * workers];
      }
      dealt.add(new Selection(rows));
    }
    return dealt;
  }

  private int trainingCount() {
    return labels.length - HELD_OUT;
  }

  /** Some of the rows, by their places in the file. Thread-safe, as nothing is written. */
  private final class Selection implements ThreadedFit.Rows {
    private final int[] rows;

    Selection(int[] rows) {
      this.rows = rows;
    }

    @Override
    public int count() {
      return rows.length;
    }

    @Override
    public int featureCount() {
      return pixelCount;
    }

    @Override
    public int read(int row, float[] features, int offset) {
      int from = rows[row] * pixelCount;
      for (int i = 0; i < pixelCount; i++) {
        features[offset + i] = (pixels[from + i] & 0xff) / WHITE;
      }
      return labels[rows[row]];
    }
  }
}
