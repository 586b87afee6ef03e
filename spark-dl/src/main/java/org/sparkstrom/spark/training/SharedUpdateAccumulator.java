// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.IndexedTail;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.sharing.round.UpdateExchange;

/**
 * DL4J's hook between the updater and the parameters: hands a replica's update to the exchange and
 * the aggregate of all replicas back to DL4J.
 *
 * <p>DL4J calls {@link #storeUpdate} with the flat update and then {@link #applyUpdate} with the
 * same array, from the thread that fits. The exchange takes place in the second call, so the
 * aggregate is what the step function subtracts from the parameters. An exchange that keeps the
 * parameters itself has its own written over the replica's.
 */
final class SharedUpdateAccumulator implements GradientsAccumulator {
  private static final long serialVersionUID = 1L;

  private final transient UpdateExchange exchange;
  private final transient float[] update;

  SharedUpdateAccumulator(UpdateExchange exchange, int parameterCount) {
    this.exchange = exchange;
    this.update = new float[parameterCount];
  }

  @Override
  public void storeUpdate(INDArray array, int iterationNumber, int epochNumber) {
    if (array.length() != update.length || array.dataType() != DataType.FLOAT) {
      throw new IllegalStateException(
          "the update must be FLOAT [%d], but is %s [%d]"
              .formatted(update.length, array.dataType(), array.length()));
    }
    pointer(array).get(update);
  }

  @Override
  public void applyUpdate(
      StepFunction function, INDArray params, INDArray updates, boolean isFinalStep) {
    exchange.exchange(update);
    switch (exchange.outcome()) {
      case UPDATE -> {
        pointer(updates).put(update);
        function.step(params, updates);
      }
      case PARAMETERS -> pointer(params).put(update);
    }
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
      case UPDATE -> {
        try (INDArray aggregate = Nd4j.create(update, params.shape(), params.ordering())) {
          params.subi(aggregate);
        }
      }
      case PARAMETERS -> pointer(params).put(update);
    }
  }

  private static FloatPointer pointer(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
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
