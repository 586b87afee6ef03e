// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** A network as it is broadcast. */
final class NetworkPayload implements ModelPayload {
  private static final long serialVersionUID = 1L;

  private final NetworkSnapshot snapshot;
  private final boolean stepsLast;

  /** Arrays of three axes are turned if steps come last in the network. */
  NetworkPayload(NetworkSnapshot snapshot, boolean stepsLast) {
    this.snapshot = snapshot;
    this.stepsLast = stepsLast;
  }

  @Override
  public TensorEngine open(String key, ModelBinding binding) {
    NativeRuntime.prepareTask();
    int[] places = binding.outputPlaces().stream().mapToInt(Integer::intValue).toArray();
    return new NetworkEngine(SharedParameters.lease(key, snapshot), snapshot, places, stepsLast);
  }
}
