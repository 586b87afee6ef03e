// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * Predicts with any fitted model over a DataFrame, in mini-batches on the executors, or as a SQL
 * function.
 *
 * <p>Rows keep their order and their columns; the predictions come after them. It is a typed
 * mapPartitions, so it is lazy and works on streaming DataFrames as well. A broadcast is the
 * caller's, and must live as long as what was made with it.
 */
public final class ModelPredictor {

  private ModelPredictor() {}

  /**
   * The input with the model's outputs appended.
   *
   * @param model the payload of the model that is bound
   * @param binding of the model to the input's schema
   * @throws IllegalArgumentException if an output column exists already
   */
  public static Dataset<Row> transform(
      Dataset<?> input, Broadcast<ModelPayload> model, ModelBinding binding) {
    return transform(input, new ModelSource(model, binding));
  }

  /**
   * The input with the function's columns appended.
   *
   * @param columns the function's input columns
   * @param fields the columns that it gives
   * @param batchRows rows of a batch
   * @throws IllegalArgumentException if an output column exists already, or an input column does
   *     not
   */
  public static Dataset<Row> transform(
      Dataset<?> input,
      BatchFunction function,
      List<String> columns,
      List<StructField> fields,
      int batchRows,
      HandleInvalid handleInvalid) {
    List<Integer> places = places(input.schema(), columns);
    return transform(
        input, new FunctionSource(function, columns, places, fields, batchRows, handleInvalid));
  }

  private static List<Integer> places(StructType schema, List<String> columns) {
    return columns.stream()
        .map(column -> InputColumns.place(schema, column, "the function"))
        .toList();
  }

  /**
   * The schema with a function's columns appended.
   *
   * @throws IllegalArgumentException if one of them exists already, or an input column does not
   */
  public static StructType functionSchema(
      StructType schema, List<String> columns, List<StructField> fields) {
    places(schema, columns);
    return PredictionColumns.append(schema, fields);
  }

  private static Dataset<Row> transform(Dataset<?> input, ScorerSource source) {
    StructType schema = PredictionColumns.append(input.schema(), source.fields());
    Dataset<Row> scored =
        input.toDF().mapPartitions(new ScoredPartition(source), Encoders.row(schema));
    return withMetadata(scored, schema);
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

  /**
   * A SQL function of the model's inputs, in their order. It scores one row at a call, so a
   * transform is faster.
   *
   * @param payload the model's, broadcast
   * @throws IllegalArgumentException if the mapping does not fit the model
   */
  public static UserDefinedFunction function(
      BatchModel model,
      Broadcast<ModelPayload> payload,
      PredictionMapping mapping,
      HandleInvalid handleInvalid) {
    ModelBinding binding = ModelBinding.ofValues(model, mapping, handleInvalid);
    return ModelFunctions.of(new ModelSource(payload, binding), binding.columns().size());
  }

  /** A SQL function of the function's input columns, in their order. */
  public static UserDefinedFunction function(
      BatchFunction function,
      List<String> columns,
      List<StructField> fields,
      HandleInvalid handleInvalid) {
    List<Integer> places = IntStream.range(0, columns.size()).boxed().toList();
    return ModelFunctions.of(
        new FunctionSource(function, columns, places, fields, 1, handleInvalid), columns.size());
  }
}
