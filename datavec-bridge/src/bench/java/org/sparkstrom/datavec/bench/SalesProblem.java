// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.DoubleWritable;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/**
 * A table of sales with 20 columns, and the same preparation of it twice: as a DataVec process of
 * the twelve steps that processes use most, and as the query that one would write by hand. Two
 * sales in a hundred are of countries that are left out.
 */
final class SalesProblem {
  private static final List<String> COUNTRIES = List.of("AT", "CH", "DE", "FR", "IT");
  private static final List<String> PAYMENTS = List.of("card", "cash", "invoice");

  /** Columns that the preparation removes without looking at them. */
  static final String[] UNUSED = {"code", "note"};

  private SalesProblem() {}

  /** Rows by number; the same for each call. */
  static Dataset<Row> table(SparkSession spark, long rows) {
    return spark
        .range(rows)
        .selectExpr(
            "id",
            "date_format(timestamp_seconds(1700000000 + pmod(xxhash64(id, 1), 70000000)),"
                + " 'yyyy-MM-dd HH:mm:ss') AS sold",
            "cast(pmod(xxhash64(id, 2), 100000) AS INT) AS customer",
            "CASE WHEN pmod(id, 50) = 0 THEN 'other' ELSE"
                + " element_at(array('AT', 'CH', 'DE', 'FR', 'IT'),"
                + " cast(pmod(xxhash64(id, 3), 5) + 1 AS INT)) END AS country",
            "element_at(array('card', 'cash', 'invoice'),"
                + " cast(pmod(xxhash64(id, 4), 3) + 1 AS INT)) AS payment",
            "concat('channel ', pmod(xxhash64(id, 5), 9)) AS channel",
            "cast(pmod(xxhash64(id, 6), 12) AS INT) AS quantity",
            "pmod(xxhash64(id, 7), 100000) / 100D - 10 AS price",
            "pmod(xxhash64(id, 8), 1900) / 100D AS tax",
            "pmod(xxhash64(id, 9), 990) / 100D AS shipping",
            "pmod(xxhash64(id, 10), 30) / 1D AS discount",
            "pmod(xxhash64(id, 11), 25000) / 1000D AS weight",
            "cast(18 + pmod(xxhash64(id, 12), 70) AS INT) AS age",
            "cast(pmod(xxhash64(id, 13), 400) AS INT) AS visits",
            "pmod(xxhash64(id, 14), 10000) / 100D AS score",
            "pmod(xxhash64(id, 15), 50) / 10D AS rating",
            "concat('C-', pmod(xxhash64(id, 16), 100000000)) AS code",
            "concat('sold by clerk ', pmod(xxhash64(id, 17), 1000)) AS note",
            "pmod(xxhash64(id, 18), 5000) / 100D AS margin",
            "cast(pmod(xxhash64(id, 19), 2) AS INT) AS returned");
  }

  static TransformProcess process() {
    Schema schema =
        new Schema.Builder()
            .addColumnLong("id")
            .addColumnString("sold")
            .addColumnInteger("customer")
            .addColumnString("country")
            .addColumnCategorical("payment", PAYMENTS)
            .addColumnString("channel")
            .addColumnInteger("quantity")
            .addColumnsDouble("price", "tax", "shipping", "discount", "weight")
            .addColumnsInteger("age", "visits")
            .addColumnsDouble("score", "rating")
            .addColumnsString("code", "note")
            .addColumnDouble("margin")
            .addColumnInteger("returned")
            .build();
    return new TransformProcess.Builder(schema)
        .filter(
            new ConditionFilter(
                new StringColumnCondition("country", ConditionOp.NotInSet, Set.copyOf(COUNTRIES))))
        .conditionalReplaceValueTransform(
            "price",
            new DoubleWritable(0),
            new DoubleColumnCondition("price", ConditionOp.LessThan, 0.0))
        .stringToTimeTransform("sold", "YYYY-MM-dd HH:mm:ss", DateTimeZone.UTC)
        .transform(
            new DeriveColumnsFromTimeTransform.Builder("sold")
                .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                .addIntegerDerivedColumn("weekday", DateTimeFieldType.dayOfWeek())
                .build())
        .stringToCategorical("country", COUNTRIES)
        .categoricalToInteger("country")
        .categoricalToOneHot("payment")
        .doubleMathOp("discount", MathOp.Multiply, 0.01)
        .doubleColumnsMathOp("total", MathOp.Add, "price", "tax", "shipping")
        .transform(new MinMaxNormalizer("score", 0, 100))
        .renameColumn("discount", "share")
        .removeColumns("sold", "code", "note")
        .build();
  }

  /** The query on a view by this name, with the result's columns in the process's order. */
  static String query(String view) {
    return """
        SELECT id, hour(time) AS hour, weekday(time) + 1 AS weekday, customer,
          CASE country WHEN 'AT' THEN 0 WHEN 'CH' THEN 1 WHEN 'DE' THEN 2 WHEN 'FR' THEN 3
            WHEN 'IT' THEN 4 END AS country,
          IF(payment = 'card', 1, 0), IF(payment = 'cash', 1, 0), IF(payment = 'invoice', 1, 0),
          channel, quantity, paid AS price, tax, shipping, discount * 0.01D AS share, weight, age,
          visits, score / 100 AS score, rating, margin, returned,
          paid + tax + shipping AS total
        FROM (
          SELECT *, to_timestamp(sold, 'yyyy-MM-dd HH:mm:ss') AS time,
            IF(price < 0, 0D, price) AS paid
          FROM %s
          WHERE country IN ('AT', 'CH', 'DE', 'FR', 'IT'))
        """
        .formatted(view);
  }
}
