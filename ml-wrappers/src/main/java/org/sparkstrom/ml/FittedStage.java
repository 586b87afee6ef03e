// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Another spark.ml model, which predicts as it does alone. Its inputs are columns that it names
 * itself: mapped ones are given to it under these names, and the data keeps its own.
 *
 * @param stage the model
 */
record FittedStage(Transformer stage) implements FittedModel {

  private static final String ROW = "__sparkstrom_row";

  @Override
  public StructType transformSchema(StructType schema, PostFitSettings settings) {
    StructType result = schema;
    for (StructField field : appended(given(schema, mapped(settings)), settings)) {
      if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
        throw new IllegalArgumentException(
            "output column '%s' exists already; drop it or choose another name"
                .formatted(field.name()));
      }
      result = result.add(field);
    }
    return result;
  }

  /** The columns by the names of the model's inputs; empty if it takes the data as it is. */
  private static Map<String, String> mapped(PostFitSettings settings) {
    if (settings.modelInputs().isEmpty() && !settings.inputCols().isEmpty()) {
      throw new IllegalArgumentException(
          "the columns %s must be mapped to columns that the spark.ml model reads, but modelInputs is not set; set it to their names"
              .formatted(settings.inputCols()));
    }
    return settings.columnsByInput(List.of());
  }

  /** The schema that the model sees. */
  private static StructType given(StructType schema, Map<String, String> mapped) {
    if (mapped.isEmpty()) {
      return schema;
    }
    StructType given = new StructType().add(ROW, schema, false);
    for (Map.Entry<String, String> entry : mapped.entrySet()) {
      StructField field = schema.fields()[place(schema, entry.getValue(), entry.getKey())];
      given = given.add(entry.getKey(), field.dataType(), field.nullable(), field.metadata());
    }
    return given;
  }

  private static int place(StructType schema, String column, String input) {
    int place = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "column '%s' for the model's input '%s' does not exist; the columns are %s"
              .formatted(column, input, Arrays.toString(schema.fieldNames())));
    }
    return place;
  }

  /** The chosen outputs as the model makes them, under their new names and types. */
  private List<StructField> appended(StructType given, PostFitSettings settings) {
    List<StructField> outputs = outputs(given, settings);
    List<String> names =
        settings.outputSchema().isEmpty()
            ? settings.outputCols()
            : List.of(settings.outputSchema().fieldNames());
    if (!names.isEmpty() && names.size() != outputs.size()) {
      throw new IllegalArgumentException(
          "each of the outputs %s must have a column, but the columns are %s"
              .formatted(outputs.stream().map(StructField::name).toList(), names));
    }
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      StructField output = outputs.get(i);
      fields.add(
          new StructField(
              names.isEmpty() ? output.name() : names.get(i),
              settings.outputSchema().isEmpty()
                  ? output.dataType()
                  : settings.outputSchema().fields()[i].dataType(),
              output.nullable(),
              output.metadata()));
    }
    return fields;
  }

  private List<StructField> outputs(StructType given, PostFitSettings settings) {
    List<String> before = List.of(given.fieldNames());
    List<StructField> all =
        Arrays.stream(stage.transformSchema(given).fields())
            .filter(field -> !before.contains(field.name()))
            .toList();
    if (settings.modelOutputs().isEmpty()) {
      return all;
    }
    return settings.modelOutputs().stream()
        .map(
            name ->
                all.stream()
                    .filter(field -> field.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "the model has no output '%s'; it reads %s and gives %s"
                                    .formatted(
                                        name,
                                        before,
                                        all.stream().map(StructField::name).toList()))))
        .toList();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data, PostFitSettings settings) {
    StructType schema = data.schema();
    transformSchema(schema, settings); // refuses what does not fit
    Map<String, String> mapped = mapped(settings);
    StructType given = given(schema, mapped);
    Dataset<Row> scored =
        stage.transform(mapped.isEmpty() ? data.toDF() : packed(data.toDF(), mapped));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      StructField field = schema.fields()[i];
      Column kept =
          mapped.isEmpty()
              ? scored.col(quoted(field.name()))
              : functions.col(ROW).getField("_" + i);
      columns.add(kept.as(field.name(), field.metadata()));
    }
    List<StructField> outputs = outputs(given, settings);
    List<StructField> fields = appended(given, settings);
    for (int i = 0; i < outputs.size(); i++) {
      Column output = scored.col(quoted(outputs.get(i).name()));
      boolean same = outputs.get(i).dataType().equals(fields.get(i).dataType());
      Metadata metadata = scored.schema().apply(outputs.get(i).name()).metadata();
      columns.add(
          (same ? output : output.cast(fields.get(i).dataType()))
              .as(fields.get(i).name(), metadata));
    }
    return scored.select(columns.toArray(Column[]::new));
  }

  /** The whole row in one column, and beside it the mapped columns under the model's names. */
  private static Dataset<Row> packed(Dataset<Row> data, Map<String, String> mapped) {
    StructType schema = data.schema();
    Column[] all =
        IntStream.range(0, schema.length())
            .mapToObj(i -> functions.col("_" + i))
            .toArray(Column[]::new);
    List<Column> columns = new ArrayList<>(List.of(functions.struct(all).as(ROW)));
    mapped.forEach(
        (input, column) -> {
          int place = place(schema, column, input);
          columns.add(functions.col("_" + place).as(input, schema.fields()[place].metadata()));
        });
    String[] places =
        IntStream.range(0, schema.length()).mapToObj(i -> "_" + i).toArray(String[]::new);
    return data.toDF(places).select(columns.toArray(Column[]::new));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Override
  public UserDefinedFunction function(SparkSession spark, PostFitSettings settings) {
    if (stage instanceof PredictionModel<?, ?> model) {
      @SuppressWarnings("unchecked")
      PredictionModel<Object, ?> predictor = (PredictionModel<Object, ?>) model;
      return functions.udf(
          (UDF1<Vector, Double>) features -> features == null ? null : predictor.predict(features),
          DataTypes.DoubleType);
    }
    throw new IllegalArgumentException(
        "a SQL function needs a spark.ml model that predicts one row, a PredictionModel, but this is a %s; use transform"
            .formatted(stage.getClass().getName()));
  }

  @Override
  public void requireWritable() {
    if (!(stage instanceof MLWritable)) {
      throw new UnsupportedOperationException(
          "a ParallelPostFit can be saved if its model can, but %s is no MLWritable; save what it needs yourself"
              .formatted(stage.getClass().getName()));
    }
  }

  @Override
  public PostFitFacts write(PostFitFolder folder) throws IOException {
    folder.writeStage((MLWritable) stage);
    return PostFitFacts.ofStage();
  }

  @Override
  public String description() {
    return "the model is " + stage;
  }
}
