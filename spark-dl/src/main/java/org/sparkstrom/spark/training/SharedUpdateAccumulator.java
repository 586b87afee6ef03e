// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.IndexedTail;
import org.deeplearning4j.optimize.stepfunctions.NegativeDefaultStepFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.sharing.round.Outcome;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.network.FloatMemory;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.updater.FusedUpdate;

/**
 * DL4J's hook between the updater and the parameters: hands a replica's update to the exchange and
 * applies the aggregate of all replicas.
 *
 * <p>DL4J calls {@link #storeUpdate} with the flat update and then {@link #applyUpdate} with the
 * same array, from the thread that fits. The exchange takes place in the second call. A fused
 * updater has the update in an array already, which DL4J then knows nothing of. An exchange that
 * keeps the parameters itself has its own written over the replica's.
 */
final class SharedUpdateAccumulator implements GradientsAccumulator {
  private static final long serialVersionUID = 1L;

  /** Parameters of a piece, which fits the processor's first cache with its update. */
  private static final int PIECE = 4096;

  private final transient UpdateExchange exchange;
  private final transient LiveNetwork network;
  private final boolean isFused;
  private final transient float[] update;
  private final transient float[] parameters;
  private transient boolean awaitsAggregate;

  /**
   * An accumulator for one replica.
   *
   * @param fused where its updates are; empty if DL4J's own updater has them over the gradient
   */
  SharedUpdateAccumulator(
      UpdateExchange exchange, LiveNetwork network, Optional<FusedUpdate> fused) {
    this.exchange = exchange;
    this.network = network;
    int parameterCount = Math.toIntExact(network.parameterCount());
    isFused = fused.isPresent();
    update = fused.map(FusedUpdate::values).orElseGet(() -> new float[parameterCount]);
    parameters = new float[parameterCount];
  }

  @Override
  public void storeUpdate(INDArray array, int iterationNumber, int epochNumber) {
    if (array.length() != update.length || array.dataType() != DataType.FLOAT) {
      throw new IllegalStateException(
          "the update must be FLOAT [%d], but is %s [%d]"
              .formatted(update.length, array.dataType(), array.length()));
    }
    if (!isFused) {
      FloatMemory.of(array).get(update);
    }
    awaitsAggregate = true;
  }

  /** True from when the updater has taken in a gradient until its round is over. */
  boolean awaitsAggregate() {
    return awaitsAggregate;
  }

  @Override
  public void applyUpdate(
      StepFunction function, INDArray params, INDArray updates, boolean isFinalStep) {
    exchange.exchange(update);
    awaitsAggregate = false;
    boolean plain = function.getClass() == NegativeDefaultStepFunction.class;
    if (exchange.outcome() == Outcome.UPDATE && (!plain || isWatched())) {
      FloatMemory.of(updates).put(update);
    }
    if (plain) {
      apply(params);
    } else if (exchange.outcome() == Outcome.UPDATE) {
      function.step(params, updates);
    } else {
      FloatMemory.of(params).put(update);
    }
  }

  /** Whether a listener of DL4J may look at the update, where DL4J has it. */
  private boolean isWatched() {
    return network.model() instanceof MultiLayerNetwork layers
        ? !layers.getListeners().isEmpty()
        : !((ComputationGraph) network.model()).getListeners().isEmpty();
  }

  /** A round in which this replica has nothing to add. */
  void exchangeNothing(INDArray params) {
    Arrays.fill(update, 0f);
    exchange.exchange(update);
    apply(params);
  }

  /** Takes what is still on its way when the last step is done. */
  void drain(INDArray params) {
    exchange.drain(update);
    apply(params);
  }

  private void apply(INDArray params) {
    switch (exchange.outcome()) {
      case UPDATE -> subtract(params);
      case PARAMETERS -> FloatMemory.of(params).put(update);
    }
  }

  private void subtract(INDArray params) {
    FloatPointer memory = FloatMemory.of(params);
    float[] parameters = this.parameters;
    float[] update = this.update;
    for (int from = 0; from < update.length; from += PIECE) {
      int to = Math.min(from + PIECE, update.length);
      memory.position(from).get(parameters, from, to - from);
      for (int i = from; i < to; i++) {
        parameters[i] -= update[i];
      }
      memory.put(parameters, from, to - from);
    }
  }

  @Override
  public void applyUpdate(StepFunction function, INDArray params, INDArray updates, double alpha) {
    throw new UnsupportedOperationException("DL4J scales no update of a replica");
  }

  @Override
  public void receiveUpdate(INDArray array) {
    throw new UnsupportedOperationException("updates of peers arrive through the exchange");
  }

  @Override
  public boolean hasAnything() {
    return false;
  }

  @Override
  public void setExternalSource(IndexedTail source) {}

  @Override
  public IndexedTail getExternalSource() {
    throw new UnsupportedOperationException("updates of peers arrive through the exchange");
  }

  @Override
  public void markExternalUpdates(boolean updatesAvailable) {}

  @Override
  public void reset() {}

  @Override
  public void touch() {}
}
