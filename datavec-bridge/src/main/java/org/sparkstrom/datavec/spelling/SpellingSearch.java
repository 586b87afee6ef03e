// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.sparkstrom.datavec.column.ModelTable;

/**
 * Finds which spelling stands for which keys. What comes to the driver are the pairs of similar
 * keys, and the keys of several spellings; never the data.
 *
 * @param pairs finds similar keys
 */
record SpellingSearch(SimilarPairs pairs) {
  static final String KEY = "key";
  static final String REPRESENTATIVE = "representative";
  static final StructType TABLE =
      new StructType().add(KEY, DataTypes.StringType).add(REPRESENTATIVE, DataTypes.StringType);

  /** A spelling and how many rows have it; the more frequent one comes first, then the lesser. */
  private record Spelling(String text, long rows) implements Comparable<Spelling> {
    private static final Comparator<Spelling> ORDER =
        Comparator.comparingLong(Spelling::rows).reversed().thenComparing(Spelling::text);

    @Override
    public int compareTo(Spelling other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * The representative of each key that has several spellings or is like another key.
   *
   * @param data rows with the column {@code text}
   */
  ModelTable run(Dataset<Row> data) {
    Dataset<Row> keys =
        data.where(col("text").isNotNull())
            .groupBy("text")
            .count()
            .withColumn(KEY, udf(new SpellingKey(), DataTypes.StringType).apply(col("text")))
            .groupBy(KEY)
            .agg(
                min(struct(col("count").multiply(lit(-1L)).as("rank"), col("text"))).as("best"),
                count(lit(1)).as("spellings"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      ConnectedGroups groups = new ConnectedGroups();
      Set<String> similar = new TreeSet<>();
      for (Row pair : pairs.among(keys.select(KEY)).collectAsList()) {
        groups.connect(pair.getString(0), pair.getString(1));
        similar.add(pair.getString(0));
        similar.add(pair.getString(1));
      }
      return table(groups, best(keys, similar));
    } finally {
      keys.unpersist();
    }
  }

  /** The most frequent spelling of each key that is similar to another, or has several. */
  private static Map<String, Spelling> best(Dataset<Row> keys, Set<String> similar) {
    List<Row> rows = new ArrayList<>();
    similar.forEach(key -> rows.add(RowFactory.create(key, true)));
    Dataset<Row> wanted =
        keys.sparkSession()
            .createDataFrame(
                rows,
                new StructType()
                    .add("similar", DataTypes.StringType)
                    .add("wanted", DataTypes.BooleanType));
    Map<String, Spelling> best = new TreeMap<>();
    for (Row row :
        keys.join(broadcast(wanted), col(KEY).equalTo(col("similar")), "left_outer")
            .where(col("wanted").isNotNull().or(col("spellings").gt(1)))
            .select(col(KEY), col("best.text"), col("best.rank"))
            .collectAsList()) {
      best.put(row.getString(0), new Spelling(row.getString(1), -row.getLong(2)));
    }
    return best;
  }

  private static ModelTable table(ConnectedGroups groups, Map<String, Spelling> best) {
    Map<String, Spelling> representatives = new HashMap<>();
    best.forEach(
        (key, spelling) ->
            representatives.merge(
                groups.groupOf(key), spelling, (a, b) -> a.compareTo(b) <= 0 ? a : b));
    List<Row> rows = new ArrayList<>();
    best.keySet()
        .forEach(
            key ->
                rows.add(RowFactory.create(key, representatives.get(groups.groupOf(key)).text())));
    return new ModelTable(TABLE, rows);
  }
}
