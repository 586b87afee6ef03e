// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.udf;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.MinHashLSH;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Finds pairs of keys whose sets of character runs are alike, without comparing all with all: by
 * the min-wise hashes of Spark's {@code MinHashLSH} (Broder, "On the resemblance and containment of
 * documents", 1997), put together to bands (Leskovec, Rajaraman and Ullman, "Mining of massive
 * datasets", 2014, 3.4), and a check of the true similarity of each pair that has a band in common.
 *
 * <p>Two sets of similarity s have one hash in common with chance s, so a band of r hashes with
 * chance s^r, and none of b bands with chance (1 - s^r)^b: that is the miss rate. Spark's own
 * {@code approxSimilarityJoin} has bands of one hash, and then compares nearly everything that has
 * anything in common.
 *
 * @param gramLength characters in a run
 * @param minSimilarity least Jaccard similarity of a pair
 * @param bands number of bands
 * @param rows hashes in a band
 * @param seed of the hash functions
 */
record SimilarPairs(int gramLength, double minSimilarity, int bands, int rows, long seed) {
  private static final int FEATURES = 1 << 20;
  private static final int MOST_ROWS = 4;
  private static final int MOST_BANDS = 100;

  /** With as wide bands as 100 of them allow, up to 4 hashes. */
  static SimilarPairs of(int gramLength, double minSimilarity, double missRate, long seed) {
    int rows = MOST_ROWS;
    while (rows > 1 && bands(minSimilarity, rows, missRate) > MOST_BANDS) {
      rows--;
    }
    int bands = (int) Math.min(1_000, bands(minSimilarity, rows, missRate));
    return new SimilarPairs(gramLength, minSimilarity, bands, rows, seed);
  }

  private static double bands(double similarity, int rows, double missRate) {
    double shared = Math.pow(similarity, rows);
    return shared >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(missRate) / Math.log1p(-shared)));
  }

  /**
   * Rows of two keys, {@code a} before {@code b}, each pair once.
   *
   * @param keys distinct keys in the column {@code key}
   */
  Dataset<Row> among(Dataset<Row> keys) {
    Dataset<Row> grams =
        keys.select(
            col("key"),
            udf(new Grams(gramLength), DataTypes.createArrayType(DataTypes.StringType))
                .apply(col("key"))
                .as("grams"));
    Dataset<Row> sets =
        new HashingTF()
            .setInputCol("grams")
            .setOutputCol("set")
            .setBinary(true)
            .setNumFeatures(FEATURES)
            .transform(grams);
    Dataset<Row> hashed =
        new MinHashLSH()
            .setInputCol("set")
            .setOutputCol("hashes")
            .setNumHashTables(bands * rows)
            .setSeed(seed)
            .fit(sets)
            .transform(sets);
    Dataset<Row> banded =
        hashed.select(
            col("key"),
            explode(
                    udf(new Bands(rows), DataTypes.createArrayType(DataTypes.StringType))
                        .apply(col("hashes")))
                .as("band"));
    Dataset<Row> one = banded.select(col("band"), col("key").as("a"));
    Dataset<Row> other = banded.select(col("band"), col("key").as("b"));
    return one.join(other, "band")
        .where(col("a").lt(col("b")))
        .select("a", "b")
        .distinct()
        .where(
            udf(new Similarity(gramLength), DataTypes.DoubleType)
                .apply(col("a"), col("b"))
                .geq(minSimilarity));
  }

  /** The runs of characters of a key. */
  record Grams(int length) implements UDF1<String, List<String>> {
    @Override
    public List<String> call(String key) {
      return new ArrayList<>(SpellingKey.grams(key, length));
    }
  }

  /** The bands of hashes, each with its place. */
  record Bands(int rows) implements UDF1<Seq<Vector>, List<String>> {
    @Override
    public List<String> call(Seq<Vector> hashes) {
      List<String> bands = new ArrayList<>();
      for (int from = 0; from < hashes.size(); from += rows) {
        StringBuilder band = new StringBuilder().append(from);
        for (int i = from; i < from + rows; i++) {
          band.append(',').append((long) hashes.apply(i).apply(0));
        }
        bands.add(band.toString());
      }
      return bands;
    }
  }

  /** The Jaccard similarity of two keys' runs. */
  record Similarity(int length) implements UDF2<String, String, Double> {
    @Override
    public Double call(String a, String b) {
      return SpellingKey.similarity(SpellingKey.grams(a, length), SpellingKey.grams(b, length));
    }
  }
}
