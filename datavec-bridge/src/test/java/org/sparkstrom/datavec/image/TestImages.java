// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Image files of the tests: those of the resource folder, and some that Java makes. */
final class TestImages {
  private TestImages() {}

  static byte[] file(String name) {
    try (InputStream in = TestImages.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Samples of a PNG of 8 bits by Java's own reader, [channel][row][column], RGB. */
  static float[] samples(String name) {
    BufferedImage image = read(file(name));
    int height = image.getHeight();
    int width = image.getWidth();
    float[] samples = new float[3 * height * width];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int band = Math.min(c, image.getRaster().getNumBands() - 1);
          samples[(c * height + y) * width + x] = image.getRaster().getSample(x, y, band);
        }
      }
    }
    return samples;
  }

  static BufferedImage read(byte[] file) {
    try {
      return ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A picture of noise, which no codec makes small. */
  static BufferedImage noise(int width, int height, long seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt() & 0xffffff);
      }
    }
    return image;
  }

  static byte[] write(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer of " + format + " for " + image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * A recipe that gives 8-bit-like samples of 0 to 255 as floats, of the size that is asked for.
   */
  static ImageRecipe plain(int height, int width, Fit fit, ColorMode colors) {
    return new ImageRecipe(
        height,
        width,
        fit,
        colors,
        1.0,
        0,
        Scaling.none(colors.channels()),
        ElementType.FLOAT,
        1L << 26);
  }
}
