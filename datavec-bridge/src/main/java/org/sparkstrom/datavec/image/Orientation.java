// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

/**
 * How a camera held the image when it stored it: what must happen to stored pixels for an upright
 * image (EXIF 2.32, tag 0x0112).
 *
 * @param swapped rows are stored as columns
 * @param flippedX stored rows run from right to left
 * @param flippedY stored columns run from bottom to top
 */
record Orientation(boolean swapped, boolean flippedX, boolean flippedY) {
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** The orientation of an EXIF value; upright for one that EXIF does not know. */
  static Orientation of(int exif) {
    return exif < 1 || exif > 8
        ? UPRIGHT
        : new Orientation(
            exif >= 5,
            exif == 2 || exif == 3 || exif == 7 || exif == 8,
            exif == 3 || exif == 4 || exif == 6 || exif == 7);
  }
}
