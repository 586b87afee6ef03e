// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.Optional;
import java.util.stream.Stream;
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

  /**
   * Frees the arrays, and the workspaces of this thread.
   *
   * @param arrays those that own the memory of parameters, gradients and updater; null for none
   */
  static void free(INDArray... arrays) {
    Stream.of(arrays)
        .flatMap(array -> Optional.ofNullable(array).stream())
        .filter(INDArray::closeable)
        .forEach(INDArray::close);
    MemoryWorkspaceManager workspaces = Nd4j.getWorkspaceManager();
    for (MemoryWorkspace workspace : workspaces.getAllWorkspacesForCurrentThread()) {
      workspaces.destroyWorkspace(workspace);
    }
  }
}
