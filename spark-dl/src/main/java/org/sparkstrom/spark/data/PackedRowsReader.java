// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Iterator;
import org.sparkstrom.spark.cluster.SparkInternals;

/**
 * Reads the packed rows of a worker, from this executor or one that has a copy.
 *
 * @param rddId Spark's number of the stored rows
 */
public record PackedRowsReader(int rddId) implements Serializable {

  /**
   * The blocks of one worker's rows, for {@link TensorStore#add}. Called inside a task.
   *
   * @throws RowsLostException if no executor has them any more
   */
  public Iterator<byte[]> read(int worker) throws RowsLostException {
    Iterator<?> blocks =
        SparkInternals.storedPartition(rddId, worker)
            .orElseThrow(() -> new RowsLostException(worker));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public byte[] next() {
        return (byte[]) blocks.next();
      }
    };
  }
}
