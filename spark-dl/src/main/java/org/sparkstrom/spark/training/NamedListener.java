// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tells a failure of a user's DL4J listener from one of the training, and names the listener. */
record NamedListener(TrainingListener listener) implements TrainingListener {

  /** A user's listener has failed. */
  static final class ListenerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenerException(TrainingListener listener, RuntimeException cause) {
      super(
          "the DL4J listener %s failed: %s".formatted(listener.getClass().getName(), cause), cause);
    }
  }

  private void call(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      throw new ListenerException(listener, e);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    call(() -> listener.iterationDone(model, iteration, epoch));
  }

  @Override
  public void onEpochStart(Model model) {
    call(() -> listener.onEpochStart(model));
  }

  @Override
  public void onEpochEnd(Model model) {
    call(() -> listener.onEpochEnd(model));
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    call(() -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    call(() -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onGradientCalculation(Model model) {
    call(() -> listener.onGradientCalculation(model));
  }

  @Override
  public void onBackwardPass(Model model) {
    call(() -> listener.onBackwardPass(model));
  }
}
