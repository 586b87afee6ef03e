// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The label masks of one batch as DL4J can take them: weights go into the losses of the output
 * layers, until this is closed, and what is left are masks of 0 and 1.
 *
 * <p>Not thread-safe. The owner closes it after the batch.
 */
final class LabelMasks implements AutoCloseable {

  private final INDArray[] masks;
  private final List<Runnable> restore = new ArrayList<>();
  private final List<INDArray> own = new ArrayList<>();

  /**
   * Splits the masks of a batch.
   *
   * @param outputs the configurations of the output layers, in the order of the labels
   * @throws IllegalArgumentException if an output layer cannot be weighted
   */
  LabelMasks(List<Layer> outputs, MultiDataSet batch) {
    INDArray[] given = batch.getLabelsMaskArrays();
    masks = given == null ? null : given.clone();
    for (int i = 0; masks != null && i < masks.length; i++) {
      int rank = batch.getLabels(i).rank();
      if (masks[i] != null && (isOfOneRow(masks[i], rank) || hasWeights(masks[i]))) {
        masks[i] = weigh(outputs.get(i), masks[i], rank);
      }
    }
  }

  /** DL4J takes such a mask for one of single outputs, which softmax refuses. */
  private static boolean isOfOneRow(INDArray mask, int rankOfLabels) {
    return rankOfLabels == 2 && mask.length() == 1;
  }

  private static boolean hasWeights(INDArray mask) {
    try (INDArray copy = mask.dup('c')) {
      for (float value : copy.data().asFloat()) {
        if (value != 0f && value != 1f) {
          return true;
        }
      }
      return false;
    }
  }

  /** Gives the weights to the layer's loss; returns the mask that is left, or null. */
  private INDArray weigh(Layer output, INDArray mask, int rankOfLabels) {
    if (rankOfLabels == 2) {
      replaceLoss(output, mask);
      return null;
    }
    if (rankOfLabels != 3) {
      throw new IllegalArgumentException(
          "rows can be weighted at outputs of rows and of sequences alone, but output layer '%s' gives images; leave the weights out"
              .formatted(output.getLayerName()));
    }
    INDArray steps = TimeSeriesUtils.reshapeTimeSeriesMaskToVector(mask);
    float[] there = mask.dup('c').data().asFloat();
    for (int i = 0; i < there.length; i++) {
      there[i] = there[i] == 0f ? 0f : 1f;
    }
    INDArray binary = Nd4j.create(there, mask.shape(), 'c');
    own.add(binary);
    replaceLoss(output, steps);
    return binary;
  }

  private void replaceLoss(Layer output, INDArray weights) {
    if (output instanceof BaseOutputLayer layer) {
      ILossFunction loss = layer.getLossFn();
      layer.setLossFn(new WeightedLoss(loss, weights));
      restore.add(() -> layer.setLossFn(loss));
    } else if (output instanceof LossLayer layer) {
      ILossFunction loss = layer.getLossFn();
      layer.setLossFn(new WeightedLoss(loss, weights));
      restore.add(() -> layer.setLossFn(loss));
    } else if (output instanceof RnnLossLayer layer) {
      ILossFunction loss = layer.getLossFn();
      layer.setLossFn(new WeightedLoss(loss, weights));
      restore.add(() -> layer.setLossFn(loss));
    } else {
      throw new IllegalArgumentException(
          "rows can be weighted at an OutputLayer, RnnOutputLayer, LossLayer or RnnLossLayer, but '%s' is a %s; leave the weights out"
              .formatted(output.getLayerName(), output.getClass().getSimpleName()));
    }
  }

  /** The mask of an output, if it has one. */
  Optional<INDArray> mask(int output) {
    return masks == null ? Optional.empty() : Optional.ofNullable(masks[output]);
  }

  /** The masks of all outputs, null where an output has none; null if none has one. */
  INDArray[] all() {
    boolean any = masks != null && Arrays.stream(masks).anyMatch(mask -> mask != null);
    return any ? masks : null;
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
    restore.clear();
    own.forEach(INDArray::close);
    own.clear();
  }
}
