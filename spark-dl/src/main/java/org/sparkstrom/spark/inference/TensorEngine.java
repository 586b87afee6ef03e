// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;

/** A model in memory that computes batches. Used by one thread; the owner closes it. */
public interface TensorEngine extends AutoCloseable {

  /**
   * What the model gives for a batch.
   *
   * @param inputs a tensor for each input of the model, in its order; the caller's own
   * @return what each of the chosen outputs gives, in their order; the receiver's own
   */
  List<OutputValues> run(List<TensorBatch> inputs);

  @Override
  void close();
}
