// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;

/**
 * The part of a model that is broadcast and opened on the executors: parameters, as plain arrays.
 *
 * <p>It holds no records and no immutable lists, as Spark's broadcasts may go through Kryo, which
 * cannot read them.
 */
public interface ModelPayload extends Serializable {

  /**
   * The model at work, for one thread; the caller closes it. All that are open at once under one
   * key in a JVM share one copy of the parameters.
   *
   * @param key names this model among those of the JVM
   * @param binding which inputs it is given and which outputs it computes
   */
  TensorEngine open(String key, ModelBinding binding);
}
