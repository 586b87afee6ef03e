// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a fused updater needs beside DL4J's own parts.
 *
 * @param update the computation
 * @param normalizes whether some layer's gradient is normalized or clipped, which DL4J does
 * @param destination where the update goes
 */
record UpdaterArithmetic(FusedUpdate update, boolean normalizes, Destination destination) {

  /** Where an update goes. */
  enum Destination {
    /** Over the gradient, as with DL4J's own updaters. */
    GRADIENT,
    /** Nowhere: it is taken from {@link FusedUpdate#values}. */
    ARRAY
  }

  void run(INDArray gradient, INDArray parameters, int iteration, int epoch, int rows) {
    update.compute(gradient, parameters, iteration, epoch, rows);
    if (destination == Destination.GRADIENT) {
      update.writeUpdate(gradient);
    }
  }
}
