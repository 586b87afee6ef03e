// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The native copy of a network's parameters that all tasks of one executor predict with, and the
 * networks over it, one for each task that runs, so that not each partition makes its own.
 *
 * <p>It is counted by reference: the first task of an executor makes it, the last one that uses it
 * frees it. So an executor holds one copy, whatever its number of cores. Read only. Thread-safe.
 */
final class SharedParameters implements AutoCloseable {

  private static final Map<String, Copy> COPIES = new HashMap<>();

  private final String key;
  private final INDArray array;
  private LiveNetwork network; // of this lease, once it has one
  private boolean released;

  private SharedParameters(String key, INDArray array) {
    this.key = key;
    this.array = array;
  }

  /** A lease on the copy that belongs to the broadcast of that application. */
  static SharedParameters lease(String applicationId, Broadcast<NetworkSnapshot> network) {
    return lease(applicationId + '/' + network.id(), network.value());
  }

  /** A lease on the copy of that key, which all that lease it give with the same network. */
  static SharedParameters lease(String key, NetworkSnapshot network) {
    float[] parameters = network.parameters();
    synchronized (COPIES) {
      Copy copy = COPIES.get(key);
      if (copy == null) {
        copy = new Copy(Nd4j.create(parameters, 1, parameters.length));
        COPIES.put(key, copy);
      }
      copy.leases++;
      return new SharedParameters(key, copy.array);
    }
  }

  /** The parameters, float32 [1, parameterCount]. */
  INDArray array() {
    return array;
  }

  /**
   * A network over the parameters, of whichever kind, for one thread; valid until this is closed,
   * not after. It is never closed itself, as that would free the parameters.
   */
  LiveNetwork networkOf(NetworkSnapshot snapshot) {
    synchronized (COPIES) {
      if (network == null) {
        network = COPIES.get(key).idle.poll();
      }
    }
    if (network == null) {
      network = snapshot.network().over(array, snapshot.iteration(), snapshot.epoch());
    }
    return network;
  }

  /** Forgets this lease's network: it is no longer known to be whole, as something has failed. */
  void discardNetwork() {
    synchronized (COPIES) {
      network = null;
    }
  }

  /** Copies that this JVM holds now. */
  static int copyCount() {
    synchronized (COPIES) {
      return COPIES.size();
    }
  }

  @Override
  public void close() {
    synchronized (COPIES) {
      if (released) {
        return;
      }
      released = true;
      Copy copy = COPIES.get(key);
      copy.leases--;
      if (network != null) {
        copy.idle.add(network);
      }
      if (copy.leases == 0) {
        COPIES.remove(key);
        copy.array.close();
      }
    }
  }

  private static final class Copy {
    private final INDArray array;
    private final Queue<LiveNetwork> idle = new ArrayDeque<>();
    private int leases;

    Copy(INDArray array) {
      this.array = array;
    }
  }
}
