// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the images of a batch lie in memory: float32 [rows, channels, height, width] whose channels
 * are each without gaps, in any order of rows and channels, as DL4J's layers leave them.
 *
 * @param rowStride values from an image to the next
 * @param channelStride values from a channel to the next
 * @param channelLength values of a channel
 */
record ImageMemory(long rowStride, long channelStride, int channelLength) {

  ImageMemory(INDArray images) {
    this(
        images.stride(0),
        images.stride(1),
        Math.toIntExact(Math.multiplyExact(images.size(2), images.size(3))));
  }

  /** True for images that can be read so. */
  static boolean holds(INDArray images) {
    return images.rank() == 4
        && images.dataType() == DataType.FLOAT
        && (images.stride(3) == 1 || images.size(3) == 1)
        && (images.stride(2) == images.size(3) || images.size(2) == 1);
  }

  /** Reads an image, channel by channel; moves the pointer's position. */
  void read(FloatPointer memory, int row, float[] image) {
    if (channelStride == channelLength) {
      memory.position(row * rowStride).get(image);
      return;
    }
    for (int place = 0, channel = 0; place < image.length; place += channelLength, channel++) {
      memory.position(row * rowStride + channel * channelStride).get(image, place, channelLength);
    }
  }
}
