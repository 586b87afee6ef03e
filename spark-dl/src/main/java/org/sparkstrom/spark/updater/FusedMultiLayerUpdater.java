// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's updater of a MultiLayerNetwork with the arithmetic of {@link FusedUpdate}. */
final class FusedMultiLayerUpdater extends MultiLayerUpdater {
  private static final long serialVersionUID = 1L;

  private final transient UpdaterArithmetic arithmetic;

  /**
   * Takes the place of a network's updater.
   *
   * @param replaced the updater so far, whose state array this one goes on with
   */
  FusedMultiLayerUpdater(
      MultiLayerNetwork network, MultiLayerUpdater replaced, UpdaterArithmetic arithmetic) {
    super(network, replaced.getStateViewArray());
    this.arithmetic = arithmetic;
    updaterBlocks.clear(); // what DL4J's update does then is division and normalization alone
  }

  @Override
  public synchronized void update(
      Gradient gradient, int iteration, int epoch, int batchSize, LayerWorkspaceMgr workspaces) {
    int rows = isMiniBatch() ? batchSize : 1;
    if (arithmetic.normalizes()) {
      super.update(gradient, iteration, epoch, batchSize, workspaces);
      rows = 1;
    }
    arithmetic.run(gradient.gradient(), getParams(), iteration, epoch, rows);
  }

  @Override
  public INDArray getStateViewArray() {
    INDArray state = super.getStateViewArray();
    arithmetic.update().writeState(state);
    return state;
  }

  @Override
  public synchronized INDArray getStateViewArrayCopy() {
    arithmetic.update().writeState(updaterStateViewArray);
    return super.getStateViewArrayCopy();
  }

  @Override
  public void setStateViewArray(INDArray state) {
    super.setStateViewArray(state);
    arithmetic.update().readState(updaterStateViewArray);
  }
}
