// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

/** How an image of another shape comes to the wanted height and width. */
enum Fit {
  /** The whole image, its sides scaled each by its own factor, as DataVec's image loader does. */
  STRETCH,
  /** The largest centred part that has the wanted shape. */
  CROP,
  /** The whole image in its own shape, centred, with the background beside it. */
  PAD;

  /**
   * What is read and where it goes, for an upright image of this size.
   *
   * @param cropFraction share of the height and of the width that counts as the image, centred
   */
  Placement place(int width, int height, double cropFraction, int outWidth, int outHeight) {
    double partWidth = width * cropFraction;
    double partHeight = height * cropFraction;
    int toWidth = outWidth;
    int toHeight = outHeight;
    double factorX = outWidth / partWidth;
    double factorY = outHeight / partHeight;
    if (this == CROP) {
      double factor = Math.max(factorX, factorY);
      partWidth = Math.min(partWidth, outWidth / factor);
      partHeight = Math.min(partHeight, outHeight / factor);
    } else if (this == PAD) {
      double factor = Math.min(factorX, factorY);
      toWidth = Math.max(1, Math.min(outWidth, (int) Math.round(partWidth * factor)));
      toHeight = Math.max(1, Math.min(outHeight, (int) Math.round(partHeight * factor)));
    }
    return new Placement(
        new Span((width - partWidth) / 2, partWidth, toWidth, (outWidth - toWidth) / 2),
        new Span((height - partHeight) / 2, partHeight, toHeight, (outHeight - toHeight) / 2));
  }

  /** A {@link Span} for each axis. */
  record Placement(Span x, Span y) {}

  /**
   * One axis of a placement, in pixels.
   *
   * @param start first place in the image
   * @param length what is read of the image
   * @param size what it becomes
   * @param offset where that stands in the output
   */
  record Span(double start, double length, int size, int offset) {
    /** The same part of an axis that runs the other way. */
    Span reversed(int imageSize) {
      return new Span(imageSize - start - length, length, size, offset);
    }
  }
}
