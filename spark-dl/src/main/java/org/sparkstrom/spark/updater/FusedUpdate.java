// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/**
 * Computes a network's update from its gradient in one pass over memory.
 *
 * <p>DL4J makes several: one for the division by the batch, one for each regularization, one for
 * the updater, all in native memory, and whoever shares the update needs it in a Java array in the
 * end. Here a piece that fits the processor's first cache is copied from the gradient and gets all
 * that is done to it, before the next one is. The state of the updater is in Java arrays, one value
 * for each parameter, and goes to and from DL4J's layout on demand.
 *
 * <p>Used by one thread. Owns its arrays only.
 */
public final class FusedUpdate {

  /** Parameters of a piece: with two states, 48 KiB. */
  private static final int PIECE = 4096;

  private final List<RuledBlock> blocks;
  private final float[] update;
  private final float[] parameters;
  private final float[][] state;

  private FusedUpdate(List<RuledBlock> blocks, int parameterCount) {
    this.blocks = blocks;
    update = new float[parameterCount];
    boolean reads = blocks.stream().anyMatch(RuledBlock::readsParameters);
    parameters = new float[reads ? parameterCount : 0];
    int count = blocks.stream().mapToInt(block -> block.rule().stateCount()).max().orElse(0);
    state = new float[count][parameterCount];
  }

  /** For the blocks of DL4J's updater; empty if it has one whose formula is not known here. */
  static Optional<FusedUpdate> of(BaseMultiLayerUpdater<?> updater) {
    List<RuledBlock> blocks = new ArrayList<>();
    int length = 0;
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      Optional<RuledBlock> ruled = RuledBlock.of(block);
      if (ruled.isEmpty()) {
        return Optional.empty();
      }
      blocks.add(ruled.get());
      length = block.getParamOffsetEnd();
    }
    INDArray gradient = updater.getFlattenedGradientsView();
    if (gradient.length() != length || gradient.dataType() != DataType.FLOAT) {
      return Optional.empty();
    }
    FusedUpdate update = new FusedUpdate(blocks, length);
    update.readState(updater.getStateViewArray());
    return Optional.of(update);
  }

  /**
   * The update of the last step, float32, flat, in DL4J's order. The same array for all steps, so
   * whoever shares it may write the aggregate over it.
   */
  public float[] values() {
    return update;
  }

  /**
   * Computes the update of a step.
   *
   * @param gradient float32, flat; is not changed
   * @param current the network's parameters, flat
   * @param rows by how many to divide; 1 if the gradient is divided already
   */
  void compute(INDArray gradient, INDArray current, int iteration, int epoch, int rows) {
    try (FloatPointer gradients = FloatMemory.of(gradient)) {
      if (parameters.length > 0) {
        try (FloatPointer from = FloatMemory.of(current)) {
          from.get(parameters);
        }
      }
      for (RuledBlock block : blocks) {
        block.begin(iteration, epoch);
        for (int from = block.from(); from < block.to(); from += PIECE) {
          int to = Math.min(block.to(), from + PIECE);
          gradients.position(from).get(update, from, to - from);
          compute(block, rows, from, to);
        }
      }
    }
  }

  private void compute(RuledBlock block, int rows, int from, int to) {
    for (Span span : block.spans()) {
      if (rows != 1) {
        span.divide(update, rows, from, to);
      }
      span.penalize(true, update, parameters, from, to);
    }
    block.rule().apply(update, state, from, to);
    for (Span span : block.spans()) {
      span.penalize(false, update, parameters, from, to);
    }
  }

  /** Takes the updater's state from DL4J's array; null if there is none. */
  void readState(INDArray flat) {
    if (flat != null) {
      try (FloatPointer from = FloatMemory.of(flat)) {
        forEachState(
            (values, place, block) ->
                from.position(place).get(values, block.from(), length(block)));
      }
    }
  }

  /** Brings the updater's state to DL4J's array; null if there is none. */
  void writeState(INDArray flat) {
    if (flat != null) {
      try (FloatPointer to = FloatMemory.of(flat)) {
        forEachState(
            (values, place, block) -> to.position(place).put(values, block.from(), length(block)));
      }
    }
  }

  /** Brings the update to where DL4J has it: over the gradient. */
  void writeUpdate(INDArray gradient) {
    try (FloatPointer to = FloatMemory.of(gradient)) {
      to.put(update);
    }
  }

  private interface StateCopy {
    void copy(float[] values, long place, RuledBlock block);
  }

  private void forEachState(StateCopy copy) {
    for (RuledBlock block : blocks) {
      for (int i = 0; i < block.rule().stateCount(); i++) {
        copy.copy(state[i], block.stateFrom() + (long) i * length(block), block);
      }
    }
  }

  private static int length(RuledBlock block) {
    return block.to() - block.from();
  }
}
