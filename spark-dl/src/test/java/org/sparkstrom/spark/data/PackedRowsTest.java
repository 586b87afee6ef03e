// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.spark.SparkTests;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PackedRowsTest {

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext());

  @Test
  void eachWorkerReadsItsOwnRowsAsOftenAsItLikes() throws Exception {
    JavaRDD<byte[]> balanced =
        spark
            .parallelize(List.of(10, 11, 12, 13), 2)
            .map(value -> new byte[] {value.byteValue(), 7});
    try (PackedRows packed = PackedRows.store(balanced, PackedRows.Copies.ONE)) {
      PackedRowsReader reader = packed.reader();
      for (int time = 0; time < 2; time++) {
        assertThat(firstBytes(reader, 2)).containsExactly("0: 10 11", "1: 12 13");
      }
    }
  }

  @Test
  void aPartitionWithoutRowsIsStoredToo() throws Exception {
    JavaRDD<byte[]> balanced =
        spark.parallelize(List.of(5), 1).map(value -> new byte[] {5}).repartition(2);
    try (PackedRows packed = PackedRows.store(balanced, PackedRows.Copies.ONE)) {
      assertThat(String.join(" ", firstBytes(packed.reader(), 2))).contains("0:", "1:", " 5");
    }
  }

  @Test
  void rowsThatNobodyHasAnyMoreAreMissedByName() {
    PackedRowsReader reader = new PackedRowsReader(1_000_000);
    assertThatThrownBy(() -> firstBytes(reader, 1))
        .hasRootCauseInstanceOf(RowsLostException.class)
        .rootCause()
        .hasMessageContaining("no executor has the packed rows of worker 0 any more")
        .hasMessageContaining("spark.storage.replication.proactive");
  }

  /** What tasks read, as text: the worker and the first byte of each block. */
  private List<String> firstBytes(PackedRowsReader reader, int workers) {
    List<Integer> ranks = List.of(0, 1).subList(0, workers);
    return spark
        .parallelize(ranks, workers)
        .map(
            rank -> {
              StringBuilder text = new StringBuilder(rank + ":");
              Iterator<byte[]> blocks = reader.read(rank);
              while (blocks.hasNext()) {
                text.append(' ').append(blocks.next()[0]);
              }
              return text.toString();
            })
        .collect();
  }
}
