// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.awt.image.BufferedImage;
import java.io.Serializable;
import java.util.Arrays;
import org.sparkstrom.datavec.column.RefusedValueException;
import org.sparkstrom.datavec.image.Fit.Placement;
import org.sparkstrom.datavec.image.Fit.Span;

/**
 * All that {@link ImagePreparer} does with the bytes of one file; it travels to the tasks.
 *
 * <p>The part of the image that is wanted is found as it stands upright, read where the file stores
 * it, resized as it is stored, and turned at the end, when it is small.
 *
 * @param cropFraction share of the height and of the width to keep, centred, before resizing
 * @param background gray from 0 to 255 beside a padded image and under transparent pixels
 * @param maxPixels the most pixels to decode
 */
record ImageRecipe(
    int height,
    int width,
    Fit fit,
    ColorMode colors,
    double cropFraction,
    int background,
    Scaling scaling,
    ElementType type,
    long maxPixels)
    implements Serializable {

  int length() {
    return colors.channels() * height * width;
  }

  /**
   * The column's value for a file.
   *
   * @throws RefusedValueException when the bytes are no image, a damaged one, or too large a one
   */
  Object prepare(byte[] file) {
    return type.value(samples(file));
  }

  /** The samples, scaled, [channel][row][column]. */
  private float[] samples(byte[] file) {
    BufferedImage image = new ImageDecoder(maxPixels).decode(file);
    Orientation turn = ExifOrientation.find(file);
    int imageWidth = turn.swapped() ? image.getHeight() : image.getWidth();
    int imageHeight = turn.swapped() ? image.getWidth() : image.getHeight();
    Placement place = fit.place(imageWidth, imageHeight, cropFraction, width, height);
    Span x = turn.swapped() ? place.y() : place.x();
    Span y = turn.swapped() ? place.x() : place.y();
    Span storedX = turn.flippedX() ? x.reversed(image.getWidth()) : x;
    Span storedY = turn.flippedY() ? y.reversed(image.getHeight()) : y;
    float[] small;
    try {
      small = Resampler.resize(PixelRows.of(image, colors, background), storedX, storedY);
    } catch (RuntimeException e) {
      throw new RefusedValueException("the image's colours cannot be converted: " + e, e);
    }
    return upright(small, turn, place);
  }

  /** Turns pixels of [row][column][channel] as stored to [channel][row][column] upright. */
  private float[] upright(float[] stored, Orientation turn, Placement place) {
    int channels = colors.channels();
    int storedWidth = turn.swapped() ? place.y().size() : place.x().size();
    int storedHeight = turn.swapped() ? place.x().size() : place.y().size();
    float[] out = new float[length()];
    for (int c = 0; c < channels; c++) {
      int plane = c * height * width;
      Arrays.fill(out, plane, plane + height * width, scaling.apply(background, c));
      for (int row = 0; row < place.y().size(); row++) {
        int to = plane + (row + place.y().offset()) * width + place.x().offset();
        for (int column = 0; column < place.x().size(); column++) {
          int across = turn.swapped() ? row : column;
          int down = turn.swapped() ? column : row;
          int fromX = turn.flippedX() ? storedWidth - 1 - across : across;
          int fromY = turn.flippedY() ? storedHeight - 1 - down : down;
          out[to + column] = scaling.apply(stored[(fromY * storedWidth + fromX) * channels + c], c);
        }
      }
    }
    return out;
  }
}
