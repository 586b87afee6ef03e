// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;

/**
 * Square patches of an image as parts, row by row: an absent one is flat, with its own mean in each
 * channel, so that it says no more than its colour.
 *
 * @param inputs reads and writes the column, flat [channel][row][column]
 * @param shape of the images
 * @param patchSize side of a patch in pixels; those at the right and the lower edge may be smaller
 */
record PatchComponents(NumericInputs inputs, Shape shape, int patchSize) implements Components {

  /** Height, width and channels of images. */
  record Shape(int height, int width, int channels) implements Serializable {

    int size() {
      return Math.multiplyExact(Math.multiplyExact(height, width), channels);
    }
  }

  @Override
  public Parts of(Object[] values) {
    return new Patches(this, inputs.read(values));
  }

  @Override
  public Object[] placeholder() {
    return inputs.write(new double[shape.size()]);
  }

  private int columns() {
    return (shape.width() + patchSize - 1) / patchSize;
  }

  private int rows() {
    return (shape.height() + patchSize - 1) / patchSize;
  }

  int patchCount() {
    return rows() * columns();
  }

  /** An image with all patches flat. */
  private double[] flat(double[] image) {
    double[] flat = new double[image.length];
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int patch = 0; patch < patchCount(); patch++) {
        flatten(image, flat, channel, patch);
      }
    }
    return flat;
  }

  private void flatten(double[] image, double[] flat, int channel, int patch) {
    int top = patch / columns() * patchSize;
    int left = patch % columns() * patchSize;
    int bottom = Math.min(top + patchSize, shape.height());
    int right = Math.min(left + patchSize, shape.width());
    double sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += image[place(channel, y, x)];
      }
    }
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        flat[place(channel, y, x)] = sum / ((bottom - top) * (right - left));
      }
    }
  }

  private int place(int channel, int y, int x) {
    return (channel * shape.height() + y) * shape.width() + x;
  }

  private static final class Patches implements Parts {
    private final PatchComponents components;
    private final double[] image;
    private final double[] flat;

    Patches(PatchComponents components, double[] image) {
      this.components = components;
      this.image = image;
      this.flat = components.flat(image);
    }

    @Override
    public int count() {
      return components.patchCount();
    }

    @Override
    public int backgroundCount() {
      return 1;
    }

    @Override
    public Object[] with(BitSet present, int background) {
      double[] pixels = new double[image.length];
      Shape shape = components.shape();
      for (int i = 0; i < pixels.length; i++) {
        int y = i / shape.width() % shape.height();
        int x = i % shape.width();
        int patch = y / components.patchSize() * components.columns() + x / components.patchSize();
        pixels[i] = present.get(patch) ? image[i] : flat[i];
      }
      return components.inputs().write(pixels);
    }

    @Override
    public List<String> names() {
      return List.of();
    }
  }
}
