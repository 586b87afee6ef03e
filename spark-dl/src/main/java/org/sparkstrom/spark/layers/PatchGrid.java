// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the patches of a two-dimensional convolution lie in an image.
 *
 * <p>A convolution is a matrix product with the image's patches as columns. Images are [channels,
 * height, width], and the patches [channels * kernel height * kernel width, output height * output
 * width], both row by row. What a patch covers beyond the edge is 0.
 *
 * @param channels of the image
 * @param image size of the image
 * @param kernel size of a patch, without dilation
 * @param stride from one patch to the next
 * @param padding above and left of the image
 * @param dilation from one point of a patch to the next
 * @param output number of patches
 */
record PatchGrid(
    int channels,
    Extent image,
    Extent kernel,
    Extent stride,
    Extent padding,
    Extent dilation,
    Extent output) {

  /** Two numbers for the two dimensions of an image. */
  record Extent(int height, int width) {

    static Extent of(int... heightAndWidth) {
      return new Extent(heightAndWidth[0], heightAndWidth[1]);
    }

    int area() {
      return Math.multiplyExact(height, width);
    }

    private int[] toArray() {
      return new int[] {height, width};
    }
  }

  /**
   * The patches of a layer for images [rows, channels, height, width].
   *
   * @throws RuntimeException of DL4J, if the kernel does not fit the images
   */
  static PatchGrid of(INDArray images, ConvolutionLayer layer, ConvolutionMode mode) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean same = mode == ConvolutionMode.Same;
    int[] padding = same ? null : layer.getPadding();
    int[] output =
        ConvolutionUtils.getOutputSize(
            images, kernel, stride, padding, mode, dilation, CNN2DFormat.NCHW);
    Extent image = new Extent((int) images.size(2), (int) images.size(3));
    if (same) {
      padding =
          ConvolutionUtils.getSameModeTopLeftPadding(
              output, image.toArray(), kernel, stride, dilation);
    }
    return new PatchGrid(
        (int) images.size(1),
        image,
        Extent.of(kernel),
        Extent.of(stride),
        Extent.of(padding),
        Extent.of(dilation),
        Extent.of(output));
  }

  /** Values of an image. */
  int imageLength() {
    return Math.multiplyExact(channels, image.area());
  }

  /** Values of a patch. */
  int patchLength() {
    return Math.multiplyExact(channels, kernel.area());
  }

  /** Number of patches. */
  int patchCount() {
    return output.area();
  }

  /** Writes the patches of an image. */
  void gather(float[] from, float[] patches) {
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < kernel.height; y++) {
        for (int x = 0; x < kernel.width; x++) {
          gather(from, channel, y, x, patches, row);
          row += patchCount();
        }
      }
    }
  }

  /** Writes the values that the patches have at one point. */
  private void gather(float[] from, int channel, int y, int x, float[] patches, int row) {
    int left = x * dilation.width - padding.width;
    int first = firstInside(left);
    int end = endInside(left);
    for (int patchY = 0; patchY < output.height; patchY++, row += output.width) {
      int imageY = patchY * stride.height + y * dilation.height - padding.height;
      if (imageY < 0 || imageY >= image.height || first >= end) {
        Arrays.fill(patches, row, row + output.width, 0);
        continue;
      }
      Arrays.fill(patches, row, row + first, 0);
      int source = (channel * image.height + imageY) * image.width + left;
      if (stride.width == 1) {
        System.arraycopy(from, source + first, patches, row + first, end - first);
      } else {
        for (int patchX = first; patchX < end; patchX++) {
          patches[row + patchX] = from[source + patchX * stride.width];
        }
      }
      Arrays.fill(patches, row + end, row + output.width, 0);
    }
  }

  /** Adds the patches to an image, each value where {@link #gather} took it from. */
  void scatter(float[] patches, float[] to) {
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < kernel.height; y++) {
        for (int x = 0; x < kernel.width; x++) {
          scatter(patches, row, to, channel, y, x);
          row += patchCount();
        }
      }
    }
  }

  private void scatter(float[] patches, int row, float[] to, int channel, int y, int x) {
    int left = x * dilation.width - padding.width;
    int first = firstInside(left);
    int end = endInside(left);
    for (int patchY = 0; patchY < output.height; patchY++, row += output.width) {
      int imageY = patchY * stride.height + y * dilation.height - padding.height;
      if (imageY < 0 || imageY >= image.height) {
        continue;
      }
      int target = (channel * image.height + imageY) * image.width + left;
      if (stride.width == 1) {
        for (int patchX = first; patchX < end; patchX++) {
          to[target + patchX] += patches[row + patchX];
        }
      } else {
        for (int patchX = first; patchX < end; patchX++) {
          to[target + patchX * stride.width] += patches[row + patchX];
        }
      }
    }
  }

  /** The first patch of a row whose point lies in the image. */
  private int firstInside(int left) {
    return left >= 0 ? 0 : Math.min((stride.width - 1 - left) / stride.width, output.width);
  }

  /** The patch after the last one of a row whose point lies in the image; 0 if there is none. */
  private int endInside(int left) {
    int lastX = image.width - 1 - left;
    return lastX < 0 ? 0 : Math.min(lastX / stride.width + 1, output.width);
  }
}
