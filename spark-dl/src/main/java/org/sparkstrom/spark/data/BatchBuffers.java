// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * The native memory of one batch: a tensor for each input and output, and one for the mask of each.
 *
 * <p>Not thread-safe: used by one thread at a time. The owner closes it.
 */
final class BatchBuffers implements AutoCloseable {

  private final BatchTensor[] features;
  private final BatchTensor[] labels;
  private final BatchTensor[] featureMasks;
  private final BatchTensor[] labelMasks;
  private final boolean[] featuresMasked;
  private final boolean[] labelsMasked;

  BatchBuffers(RowLayout layout) {
    features = tensors(layout.inputs().size());
    labels = tensors(layout.labels().size());
    featureMasks = tensors(features.length);
    labelMasks = tensors(labels.length);
    featuresMasked = new boolean[features.length];
    labelsMasked = new boolean[labels.length];
  }

  private static BatchTensor[] tensors(int count) {
    return IntStream.range(0, count).mapToObj(i -> new BatchTensor()).toArray(BatchTensor[]::new);
  }

  BatchTensor features(int input) {
    return features[input];
  }

  BatchTensor labels(int output) {
    return labels[output];
  }

  /** The mask of an input. */
  BatchTensor featureMask(int input) {
    return featureMasks[input];
  }

  /** The mask of an output. */
  BatchTensor labelMask(int output) {
    return labelMasks[output];
  }

  /** For each input, whether the batch has a mask; to be set with every batch. */
  boolean[] featuresMasked() {
    return featuresMasked;
  }

  /** For each output, whether the batch has a mask; to be set with every batch. */
  boolean[] labelsMasked() {
    return labelsMasked;
  }

  /** The batch as DL4J takes it, without masks where none is needed. */
  MultiDataSet dataSet() {
    return new MultiDataSet(
        arrays(features),
        arrays(labels),
        masks(featureMasks, featuresMasked),
        masks(labelMasks, labelsMasked));
  }

  private static INDArray[] arrays(BatchTensor[] tensors) {
    return Stream.of(tensors).map(BatchTensor::array).toArray(INDArray[]::new);
  }

  /** DL4J takes null for "no masks at all" and for "no mask here". */
  private static INDArray[] masks(BatchTensor[] tensors, boolean[] used) {
    INDArray[] masks = new INDArray[tensors.length];
    boolean any = false;
    for (int i = 0; i < masks.length; i++) {
      masks[i] = used[i] ? tensors[i].array() : null;
      any |= used[i];
    }
    return any ? masks : null;
  }

  @Override
  public void close() {
    Stream.of(features, labels, featureMasks, labelMasks)
        .flatMap(Stream::of)
        .forEach(BatchTensor::close);
  }
}
