// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Reads a decoded image row by row as samples from 0 to 255, whatever its storage.
 *
 * <p>Samples of gray and RGB images are taken as they are stored, since {@code
 * BufferedImage.getRGB} would take gray for linear light and brighten it. Samples of other depths
 * are scaled (16 bits: divided by 257) and not rounded. Palettes are looked up; all else (CMYK,
 * Lab, floating point) is converted to sRGB first. What is transparent shows the background.
 *
 * <p>Not thread-safe.
 */
final class PixelRows {
  private static final int MAX_BITS = 16;

  private final Raster raster;
  private final ColorMode mode;
  private final float background;
  private final int[] palette;
  private final int colors;
  private final int bands;
  private final boolean alpha;
  private final boolean premultiplied;
  private final float[] toByteRange;
  private final boolean plainRgb;
  private final byte[] bytes;
  private final int[] samples;

  private PixelRows(BufferedImage image, ColorMode mode, int background) {
    ColorModel model = image.getColorModel();
    this.raster = image.getRaster();
    this.mode = mode;
    this.background = background;
    this.palette = palette(model);
    this.colors = model.getNumColorComponents();
    this.bands = raster.getNumBands();
    this.alpha = model.hasAlpha();
    this.premultiplied = model.isAlphaPremultiplied();
    this.toByteRange = new float[bands];
    for (int i = 0; i < bands; i++) {
      toByteRange[i] = 255f / ((1 << model.getComponentSize(i)) - 1);
    }
    boolean plainBytes =
        raster.getTransferType() == DataBuffer.TYPE_BYTE && raster.getNumDataElements() == bands;
    boolean fullRange = plainBytes && palette == null && model.getComponentSize(0) == 8;
    this.plainRgb = fullRange && colors == 3 && bands == 3;
    this.bytes = plainBytes ? new byte[bands * image.getWidth()] : null;
    this.samples = new int[bands * image.getWidth()];
  }

  /**
   * A reader of this image.
   *
   * @param background gray from 0 to 255 under transparent pixels
   */
  static PixelRows of(BufferedImage image, ColorMode mode, int background) {
    return new PixelRows(isPlain(image) ? image : toArgb(image), mode, background);
  }

  int width() {
    return raster.getWidth();
  }

  int height() {
    return raster.getHeight();
  }

  int channels() {
    return mode.channels();
  }

  /** Writes row {@code y} to {@code out}, [column][channel]. */
  void read(int y, float[] out) {
    int width = raster.getWidth();
    if (bytes == null) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
    } else {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, bytes);
      if (plainRgb) {
        readPlain(out);
        return;
      }
      for (int i = 0; i < bytes.length; i++) {
        samples[i] = bytes[i] & 0xff;
      }
    }
    int step = mode.channels();
    for (int x = 0; x < width; x++) {
      if (palette != null) {
        int color = palette[samples[x]];
        put(color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff, color >>> 24, out, x * step);
      } else {
        putSamples(x * bands, out, x * step);
      }
    }
  }

  /** The loop that most images run: RGB in bytes, which need no look at each pixel's storage. */
  private void readPlain(float[] out) {
    switch (mode) {
      case RGB -> {
        for (int i = 0; i < bytes.length; i++) {
          out[i] = bytes[i] & 0xff;
        }
      }
      case BGR -> {
        for (int i = 0; i < bytes.length; i += 3) {
          out[i] = bytes[i + 2] & 0xff;
          out[i + 1] = bytes[i + 1] & 0xff;
          out[i + 2] = bytes[i] & 0xff;
        }
      }
      case GRAY -> {
        for (int i = 0; i < bytes.length; i += 3) {
          mode.put(bytes[i] & 0xff, bytes[i + 1] & 0xff, bytes[i + 2] & 0xff, out, i / 3);
        }
      }
    }
  }

  private void putSamples(int from, float[] out, int at) {
    float red = samples[from] * toByteRange[0];
    float green = red;
    float blue = red;
    if (colors == 3) {
      green = samples[from + 1] * toByteRange[1];
      blue = samples[from + 2] * toByteRange[2];
    }
    if (alpha) {
      put(red, green, blue, samples[from + bands - 1] * toByteRange[bands - 1], out, at);
    } else {
      mode.put(red, green, blue, out, at);
    }
  }

  private void put(float red, float green, float blue, float opacity, float[] out, int at) {
    if (opacity >= 255f) {
      mode.put(red, green, blue, out, at);
      return;
    }
    float shown = premultiplied && palette == null ? 1f : opacity / 255f;
    float behind = background * (1f - opacity / 255f);
    mode.put(red * shown + behind, green * shown + behind, blue * shown + behind, out, at);
  }

  private static boolean isPlain(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel) {
      return true;
    }
    int space = model.getColorSpace().getType();
    boolean known = space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
    int wanted = model.getNumColorComponents() + (model.hasAlpha() ? 1 : 0);
    int type = image.getRaster().getTransferType();
    boolean integers =
        type == DataBuffer.TYPE_BYTE
            || type == DataBuffer.TYPE_USHORT
            || type == DataBuffer.TYPE_INT;
    if (!known || !integers || image.getRaster().getNumBands() != wanted) {
      return false;
    }
    for (int bits : model.getComponentSize()) {
      if (bits < 1 || bits > MAX_BITS) {
        return false;
      }
    }
    return true;
  }

  private static BufferedImage toArgb(BufferedImage image) {
    boolean opaque = image.getTransparency() == Transparency.OPAQUE;
    BufferedImage converted =
        new BufferedImage(
            image.getWidth(),
            image.getHeight(),
            opaque ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
    return new ColorConvertOp(null).filter(image, converted);
  }

  private static int[] palette(ColorModel model) {
    if (!(model instanceof IndexColorModel index)) {
      return null;
    }
    // Packed rasters hold indices up to their depth, even where the palette is shorter
    int[] colors = new int[Math.max(index.getMapSize(), 1 << index.getPixelSize())];
    int[] known = new int[index.getMapSize()];
    index.getRGBs(known);
    System.arraycopy(known, 0, colors, 0, known.length);
    return colors;
  }
}
