// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The forward pass of a network that is a stack of dense layers, straight by BLAS, for prediction.
 *
 * <p>DL4J's {@code output()} opens workspaces and makes some ten native calls and arrays a layer;
 * here it is one product, and one pass over its result for bias and activation, in memory that is
 * used again for the next batch. Equal to DL4J's within float32 rounding. Not thread-safe. It reads
 * the network's own parameters, so it must not be used after the network is closed.
 */
public final class DenseStack implements AutoCloseable {

  private final List<StackedLayer> layers;
  private final int largest; // values of a row, in the widest place
  private FloatPointer from = new FloatPointer(0L);
  private FloatPointer to = new FloatPointer(0L);
  private int capacity; // rows
  private float[] scratch = new float[0];
  private float[] output = new float[0];
  private boolean closed;

  private DenseStack(List<StackedLayer> layers) {
    this.layers = List.copyOf(layers);
    this.largest =
        layers.stream().mapToInt(l -> Math.max(l.inputs(), l.outputs())).max().orElseThrow();
  }

  /**
   * The stack that a network is; empty if it has other layers than dense ones with ReLU, identity
   * or softmax, or computes on a GPU.
   *
   * @param network initialized; it stays the caller's
   */
  public static Optional<DenseStack> of(Model network) {
    if (!(network instanceof MultiLayerNetwork dl4j) || !Nd4j.getEnvironment().isCPU()) {
      return Optional.empty();
    }
    List<StackedLayer> layers = new ArrayList<>();
    Layer[] all = dl4j.getLayers();
    for (int i = 0; i < all.length; i++) {
      Optional<StackedLayer> layer =
          dl4j.getLayerWiseConfigurations().getInputPreProcess(i) == null
              ? StackedLayer.of(all[i])
              : Optional.empty();
      if (layer.isEmpty()) {
        return Optional.empty();
      }
      layers.add(layer.get());
    }
    return layers.isEmpty() ? Optional.empty() : Optional.of(new DenseStack(layers));
  }

  /** Values of a row that it takes. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /**
   * Predicts a batch.
   *
   * @param features float32 [rows, inputs], row by row; what comes behind them is ignored
   * @param rows at least 1
   * @return float32 [rows, outputs], row by row: the same array until the next call
   */
  public float[] output(float[] features, int rows) {
    if (closed) {
      throw new IllegalStateException("the stack of dense layers must be open, but is closed");
    }
    reserve(rows);
    from.put(features, 0, Math.multiplyExact(rows, inputs()));
    for (int i = 0; i < layers.size(); i++) {
      StackedLayer layer = layers.get(i);
      multiply(layer, rows);
      activate(layer, rows, i == layers.size() - 1);
      FloatPointer swapped = from;
      from = to;
      to = swapped;
    }
    return output;
  }

  private void reserve(int rows) {
    if (rows > capacity) {
      from.close();
      to.close();
      from = new FloatPointer((long) rows * largest);
      to = new FloatPointer((long) rows * largest);
      capacity = rows;
    }
  }

  /** As {@link Linear#multiply}, over plain memory. */
  private void multiply(StackedLayer layer, int rows) {
    int in = layer.inputs();
    int out = layer.outputs();
    FloatPointer weights = layer.weights();
    cblas_sgemm(
        CblasColMajor,
        CblasTrans,
        CblasNoTrans,
        out,
        rows,
        in,
        1,
        weights,
        in,
        from,
        in,
        0,
        to,
        out);
  }

  /** Adds the bias and applies the activation, piece by piece: in place, or into the output. */
  private void activate(StackedLayer layer, int rows, boolean last) {
    int count = Math.multiplyExact(rows, layer.outputs());
    if (last && output.length != count) {
      output = new float[count];
    }
    if (scratch.length < layer.piece()) {
      scratch = new float[layer.piece()];
    }
    for (int start = 0; start < count; start += layer.piece()) {
      int length = Math.min(layer.piece(), count - start);
      to.position(start).get(scratch, 0, length);
      layer.activate(scratch, length);
      if (last) {
        System.arraycopy(scratch, 0, output, start, length);
      } else {
        to.put(scratch, 0, length);
      }
    }
    to.position(0);
  }

  /** Frees the memory of the batches; the network stays. */
  @Override
  public void close() {
    closed = true;
    from.close();
    to.close();
  }
}
