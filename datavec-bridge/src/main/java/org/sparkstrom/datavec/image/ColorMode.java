// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

/** The channels of a prepared image, in their order. */
enum ColorMode {
  RGB(3),
  /** The order of OpenCV, and so of DataVec's image loader. */
  BGR(3),
  /** Luma: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as OpenCV and Pillow have it. */
  GRAY(1);

  private final int channels;

  ColorMode(int channels) {
    this.channels = channels;
  }

  int channels() {
    return channels;
  }

  /** Writes one pixel. */
  void put(float red, float green, float blue, float[] out, int at) {
    switch (this) {
      case RGB -> {
        out[at] = red;
        out[at + 1] = green;
        out[at + 2] = blue;
      }
      case BGR -> {
        out[at] = blue;
        out[at + 1] = green;
        out[at + 2] = red;
      }
      case GRAY -> out[at] = 0.299f * red + 0.587f * green + 0.114f * blue;
    }
  }
}
