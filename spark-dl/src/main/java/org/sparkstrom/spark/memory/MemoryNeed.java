// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

/**
 * What one worker of a fit takes, counted from below: what is listed is certainly there, and more
 * may come.
 *
 * <p>Native, per worker: parameters, gradients and one update in float32, the updater's state, and
 * the activations of a batch. On the heap, per worker: the residual and the update that is shared;
 * per executor: the broadcast snapshot.
 *
 * @param parameterCount parameters of the network
 * @param updaterStateCount values that the updater keeps
 * @param activationBytes what a batch takes on its way through the network and back; 0 if DL4J
 *     cannot tell
 * @param storeBytes what the rows of a worker take in memory, the rest being on disk
 * @param transportBytes most that the media driver takes of /dev/shm, which counts as memory
 */
public record MemoryNeed(
    long parameterCount,
    long updaterStateCount,
    long activationBytes,
    long storeBytes,
    long transportBytes) {

  private static final int NATIVE_COPIES = 3;
  private static final int HEAP_COPIES = 2;

  /** Native bytes that a worker takes for certain. */
  long nativeBytesPerWorker() {
    return Float.BYTES * (NATIVE_COPIES * parameterCount + updaterStateCount) + activationBytes;
  }

  /** Heap bytes that a worker takes for certain. */
  long heapBytesPerWorker() {
    return Float.BYTES * HEAP_COPIES * parameterCount;
  }

  /** Heap bytes that an executor takes once, whatever its number of workers. */
  long heapBytesPerExecutor() {
    return Float.BYTES * (parameterCount + updaterStateCount);
  }
}
