// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Which threads work on the blocks of an update.
 *
 * <p>Blocks do not depend on each other, so the result is the same whoever works on them.
 */
@FunctionalInterface
public interface BlockParallelism {

  /** The calling thread, one block after the other; allocates nothing. */
  BlockParallelism CALLER =
      (count, work) -> {
        for (int block = 0; block < count; block++) {
          work.accept(block);
        }
      };

  /** Calls back once for each number below {@code count} and returns when all calls are done. */
  void forEach(int count, IntConsumer work);

  /** The threads of a pool, which stays with its owner. */
  static BlockParallelism on(ForkJoinPool pool) {
    return (count, work) ->
        pool.submit(() -> IntStream.range(0, count).parallel().forEach(work)).join();
  }
}
