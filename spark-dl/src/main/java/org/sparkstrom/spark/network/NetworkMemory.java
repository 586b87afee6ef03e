// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Frees what a network of DL4J holds outside the heap. DL4J's own {@code close} frees the same, and
 * then has the JVM collect its whole heap, twice: a second or two in a Spark driver, for each
 * network that a fit opens.
 */
final class NetworkMemory {

  private NetworkMemory() {}

  /** Whether the memory of a network with these parameters was freed before. */
  static boolean isFree(Map<String, INDArray> parameters) {
    return parameters.values().stream().anyMatch(INDArray::wasClosed);
  }

  /**
   * Frees the memory of a network, and the workspaces of this thread.
   *
   * @param parameters as DL4J gives them: a view of the array that owns their memory, and a view
   *     cannot be closed; null for none
   * @param others gradients and the updater's state; null for none
   */
  static void free(INDArray parameters, INDArray... others) {
    if (parameters != null) {
      DataBuffer memory = parameters.data();
      DataBuffer owner = memory.originalDataBuffer();
      (owner == null ? memory : owner).close();
    }
    for (INDArray array : others) {
      if (array != null && array.closeable()) {
        array.close();
      }
    }
    MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
    for (MemoryWorkspace workspace : workspaces.getAllWorkspacesForCurrentThread()) {
      workspaces.destroyWorkspace(workspace);
    }
  }
}
