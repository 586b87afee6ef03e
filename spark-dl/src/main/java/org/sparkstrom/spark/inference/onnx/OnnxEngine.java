// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import java.util.List;
import org.sparkstrom.spark.inference.ModelOutput;
import org.sparkstrom.spark.inference.OutputValues;
import org.sparkstrom.spark.inference.TensorBatch;
import org.sparkstrom.spark.inference.TensorEngine;

/** An ONNX model at work in one task, over the session that its executor shares. */
final class OnnxEngine implements TensorEngine {

  private final SharedSessions.Lease lease;
  private final List<String> inputs;
  private final List<ModelOutput> outputs;

  /** The lease becomes the engine's own. */
  OnnxEngine(SharedSessions.Lease lease, List<String> inputs, List<ModelOutput> outputs) {
    this.lease = lease;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public List<OutputValues> run(List<TensorBatch> batch) {
    return lease.session().run(inputs, batch, outputs);
  }

  @Override
  public void close() {
    lease.close();
  }
}
