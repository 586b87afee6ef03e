// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Predicts with a network over a DataFrame: mini-batches on the executors, one copy of the
 * parameters on each.
 *
 * <p>Rows keep their order and their columns; the predictions come after them. It is a typed
 * mapPartitions, so it is lazy and works on streaming DataFrames as well.
 */
public final class BatchPredictor {

  private BatchPredictor() {}

  /**
   * The input with the output columns appended.
   *
   * @param network the snapshot to predict with, broadcast by the caller, who destroys it
   * @throws IllegalArgumentException if the features column is missing or of the wrong type, or an
   *     output column exists already
   */
  public static Dataset<Row> transform(
      Dataset<?> input,
      Broadcast<NetworkSnapshot> network,
      OutputColumns columns,
      PredictionConfig config) {
    FeatureReader reader = FeatureReader.of(input.schema(), config.featuresCol());
    StructType schema = append(input.schema(), columns);
    Dataset<Row> predicted =
        input
            .toDF()
            .mapPartitions(
                new PartitionPrediction(network, reader, columns, config), Encoders.row(schema));
    return withMetadata(predicted, schema);
  }

  /** The data with the metadata of this schema, which mapPartitions loses; columns by place. */
  private static Dataset<Row> withMetadata(Dataset<Row> data, StructType schema) {
    StructField[] fields = schema.fields();
    String[] places = new String[fields.length];
    Column[] columns = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      places[i] = "_" + i;
      columns[i] = functions.col(places[i]).as(fields[i].name(), fields[i].metadata());
    }
    return data.toDF(places).select(columns);
  }

  private static StructType append(StructType schema, OutputColumns columns) {
    StructType result = schema;
    for (StructField field : columns.fields()) {
      if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
        throw new IllegalArgumentException(
            "output column '%s' exists already; drop it or choose another name"
                .formatted(field.name()));
      }
      result = result.add(field);
    }
    return result;
  }
}
