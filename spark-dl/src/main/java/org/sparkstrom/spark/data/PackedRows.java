// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * The packed rows of all workers, kept on the executors' disks for as long as a fit may need them.
 *
 * <p>It exists because a shuffle's files die with their executor. A worker that is started again
 * would find its rows gone, and Spark would start the training stage anew to make them again, with
 * second attempts of the workers that live. So rows are stored in a job of their own, in two copies
 * where there are two executors, and workers read them without a lineage ({@link
 * PackedRowsReader}). After a loss Spark makes a second copy again ({@code
 * spark.storage.replication.proactive}).
 *
 * <p>The driver opens and closes it. Thread-safe.
 */
public final class PackedRows implements AutoCloseable {

  private final JavaRDD<byte[]> rows;

  private PackedRows(JavaRDD<byte[]> rows) {
    this.rows = rows;
  }

  /** How many executors keep the rows of one worker. */
  public enum Copies {
    /** Where there is no other executor that could take a second one. */
    ONE,
    /** So that the loss of any one executor loses no rows. */
    TWO;

    private StorageLevel level() {
      return this == ONE ? StorageLevel.DISK_ONLY() : StorageLevel.DISK_ONLY_2();
    }
  }

  /**
   * Packs rows and stores them; blocks until they are.
   *
   * @param balanced one partition for each worker, from {@link TrainingData#balance}
   * @throws InterruptedException if this thread is interrupted; the packing ends then
   * @throws ExecutionException if rows cannot be packed; the cause is Spark's
   */
  public static PackedRows store(JavaRDD<byte[]> balanced, Copies copies)
      throws InterruptedException, ExecutionException {
    PackedRows packed = new PackedRows(balanced.setName("Sparkstrom rows").persist(copies.level()));
    JavaFutureAction<Void> job = balanced.foreachPartitionAsync(blocks -> {});
    try {
      job.get();
      return packed;
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      job.cancel(true);
      packed.close();
      throw e;
    }
  }

  /** What workers read them with; travels to them. */
  public PackedRowsReader reader() {
    return new PackedRowsReader(rows.id());
  }

  /** Lets go of the copies, without waiting for the executors. Idempotent. */
  @Override
  public void close() {
    rows.unpersist(false);
  }
}
