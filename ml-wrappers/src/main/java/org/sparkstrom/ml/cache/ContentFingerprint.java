// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The fingerprint of rows by their content. Hashes the binary form in which Spark stores a row,
 * which has nulls at their places, where Spark's own function {@code xxhash64} passes over nulls
 * and refuses maps.
 */
final class ContentFingerprint {
  private static final long FIRST_SEED = 42;
  private static final long SECOND_SEED = 0x9E3779B97F4A7C15L;

  private ContentFingerprint() {}

  /** Sums over rows; a class and no record, as it is a task's result. */
  static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    private long rows;
    private long first;
    private long second;

    void add(UnsafeRow row) {
      rows++;
      Object base = row.getBaseObject();
      long offset = row.getBaseOffset();
      first += XXH64.hashUnsafeBytes(base, offset, row.getSizeInBytes(), FIRST_SEED);
      second += XXH64.hashUnsafeBytes(base, offset, row.getSizeInBytes(), SECOND_SEED);
    }

    Sums plus(Sums other) {
      rows += other.rows;
      first += other.first;
      second += other.second;
      return this;
    }
  }

  static String of(Dataset<?> data) {
    boolean kept = !data.storageLevel().equals(StorageLevel.NONE());
    if (!kept && !data.queryExecution().analyzed().deterministic()) {
      throw new IllegalArgumentException(
          "the rows of a run must be the same each time that they are read, but columns of them are not deterministic; persist the rows, or write them to a table");
    }
    StructType schema = data.schema();
    JavaRDD<InternalRow> rows = data.queryExecution().toRdd().toJavaRDD();
    Sums sums =
        rows.mapPartitions(part -> List.of(sum(part, schema)).iterator())
            .treeAggregate(new Sums(), Sums::plus, Sums::plus);
    return "content %d rows %016x%016x".formatted(sums.rows, sums.first, sums.second);
  }

  private static Sums sum(Iterator<InternalRow> rows, StructType schema) {
    Sums sums = new Sums();
    UnsafeProjection projection = UnsafeProjection.create(schema);
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      sums.add(row instanceof UnsafeRow stored ? stored : projection.apply(row));
    }
    return sums;
  }
}
