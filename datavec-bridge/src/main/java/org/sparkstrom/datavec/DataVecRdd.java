// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.Writable;

/**
 * An RDD of DataVec records with their schema: what a DataFrame is for rows, for programs that are
 * written against DataVec's own types.
 *
 * <p>Nothing runs before an action, but for what {@code Dataset.javaRDD} runs: the shuffles of a
 * DataFrame that has some. Records have a value for each column of the schema, in its order. The
 * conversions are those of {@link DataVecTransform} on DataFrames: exact, null for {@code
 * NullWritable}, times in milliseconds and in no time zone.
 *
 * @param records the records
 * @param schema their columns
 */
public record DataVecRdd(JavaRDD<List<Writable>> records, Schema schema) {

  /**
   * @throws IllegalArgumentException when the schema is one of sequences, or names a column twice
   */
  public DataVecRdd {
    Objects.requireNonNull(records, "records");
    requireTable(schema);
  }

  /** The records of a DataFrame, as {@link #of(Dataset, HandleInvalid)} under ERROR. */
  public static DataVecRdd of(Dataset<?> data) {
    return of(data, HandleInvalid.ERROR);
  }

  /**
   * The records of a DataFrame: all its columns, in their order.
   *
   * @param policy what becomes of a row with a value that its column's metadata does not allow
   * @throws IllegalArgumentException when a column has no counterpart in DataVec, or two have one
   *     name, or the DataFrame is a stream, which is no RDD
   */
  public static DataVecRdd of(Dataset<?> data, HandleInvalid policy) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "records are made of data that ends, but this DataFrame is a stream; apply a"
              + " DataVecTransform to it, or make records in foreachBatch");
    }
    Dataset<Row> rows = data.toDF();
    Schema schema = SparkSchemas.toDataVec(rows.schema());
    requireTable(schema);
    StructField[] fields = rows.schema().fields();
    Column[] columns = new Column[fields.length];
    Dataset<Row> stored =
        PlainSql.in(
            rows.sparkSession(),
            () -> {
              for (int i = 0; i < columns.length; i++) {
                columns[i] =
                    StoredColumns.read(col("i" + i), fields[i].dataType(), schema.getMetaData(i))
                        .as("c" + i);
              }
              return rows.toDF(CompiledRun.names("i", fields.length).toArray(String[]::new))
                  .select(columns);
            });
    RowsToRecords task = new RowsToRecords(schema.toJson(), policy, stored.schema());
    return new DataVecRdd(stored.javaRDD().mapPartitions(task), schema);
  }

  /**
   * The transformed records, with the process's final schema.
   *
   * @throws IllegalArgumentException when the records have other columns than the process takes, or
   *     the same in another order
   */
  public DataVecRdd apply(DataVecTransform transform) {
    Schema expected = transform.initialSchema();
    if (!describe(schema).equals(describe(expected))) {
      throw new IllegalArgumentException(
          "the records do not fit the TransformProcess: it takes "
              + describe(expected)
              + ", in this order, but the records have "
              + describe(schema));
    }
    return new DataVecRdd(transform.apply(records), transform.finalSchema());
  }

  /**
   * The records as a DataFrame, as {@link #toDataFrame(SparkSession, HandleInvalid)} under ERROR.
   */
  public Dataset<Row> toDataFrame(SparkSession spark) {
    return toDataFrame(spark, HandleInvalid.ERROR);
  }

  /**
   * The records as a DataFrame with the columns of {@link SparkSchemas#toSpark(Schema)}.
   *
   * @param policy what becomes of a record of another width, or with a value that is none of its
   *     column's type
   */
  public Dataset<Row> toDataFrame(SparkSession spark, HandleInvalid policy) {
    JavaRDD<Row> rows = records.mapPartitions(new RecordsToRows(schema.toJson(), policy));
    StructType result = SparkSchemas.toSpark(schema);
    Column[] columns = new Column[result.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = result.fields()[i];
      columns[i] =
          StoredColumns.write(col("c" + i), schema.getMetaData(i))
              .as(field.name(), field.metadata());
    }
    return spark.createDataFrame(rows, StoredColumns.of(schema)).select(columns);
  }

  private static void requireTable(Schema schema) {
    if (schema instanceof SequenceSchema) {
      throw new IllegalArgumentException(
          "records have a value for each column, but the schema is one of sequences: "
              + schema.getColumnNames()
              + "; apply processes with sequences to a DataFrame");
    }
    SparkSchemas.toSpark(schema);
  }

  private static List<String> describe(Schema schema) {
    return schema.getColumnMetaData().stream()
        .map(column -> "'" + column.getName() + "' " + column.getColumnType())
        .toList();
  }
}
