// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * How a stage explains rows of a schema: all that is known on the driver, and checked there.
 *
 * @param input of the data
 * @param output of the data with the explanations
 * @param columns of the perturbed rows
 * @param method how rows are explained
 * @param policy for those that cannot be
 * @param targets reads what the model says
 * @param outputs the appended columns
 */
record ExplanationPlan(
    StructType input,
    StructType output,
    SampleColumns columns,
    LocalMethod method,
    RowPolicy policy,
    TargetReader targets,
    OutputColumns outputs) {

  /**
   * The plan of a stage.
   *
   * @throws IllegalArgumentException if columns, model and Params do not fit
   */
  static ExplanationPlan of(Explainer<?> stage, StructType schema) {
    Transformer model = stage.explainedModel();
    StageSchema announced = new StageSchema(stage.uid(), schema);
    ExplainedInputs inputs = ExplainedInputs.of(stage, announced);
    OutputColumns outputs =
        new OutputColumns(
            stage.getOutputCol(),
            stage.getBaseCol(),
            stage.getRSquaredCol(),
            stage.getComponents().equals(PartParamSet.WORDS) ? stage.getPartsCol() : "");
    outputs.appendTo(announced);
    LocalMethod method = stage.method(inputs);
    return new ExplanationPlan(
        schema,
        announced.output(),
        new SampleColumns(schema.length(), inputs.places()),
        method,
        new RowPolicy(stage.uid(), inputs.names(), HandleInvalid.of(stage.getHandleInvalid())),
        TargetReader.of(stage.uid(), target(stage, model, schema), stage.getTargetClasses()),
        outputs);
  }

  /** The model's column that is explained. */
  private static StructField target(Explainer<?> stage, Transformer model, StructType schema) {
    List<String> before = Arrays.asList(schema.fieldNames());
    for (String added : SampleColumns.ADDED) {
      if (before.contains(added)) {
        throw new IllegalArgumentException(
            "%s: the name '%s' must be free, but is a column; rename that"
                .formatted(stage.uid(), added));
      }
    }
    StructType scored = model.transformSchema(SampleColumns.schema(schema));
    List<String> after = Arrays.asList(scored.fieldNames());
    if (!after.containsAll(SampleColumns.ADDED)) {
      throw new IllegalArgumentException(
          "%s: the model must pass on columns that it does not know, but of %s it leaves %s; let it select all columns"
              .formatted(stage.uid(), SampleColumns.ADDED, after));
    }
    String name = stage.getTargetCol();
    List<String> appended = after.stream().filter(n -> !before.contains(n)).toList();
    if (!appended.contains(name) || SampleColumns.ADDED.contains(name)) {
      throw new IllegalArgumentException(
          "%s: targetCol must be a column that the model appends, which are %s, but is '%s'; set one of them"
              .formatted(
                  stage.uid(),
                  appended.stream().filter(n -> !SampleColumns.ADDED.contains(n)).toList(),
                  name));
    }
    return scored.fields()[after.indexOf(name)];
  }

  /** The rows with their explanations, lazily. */
  Dataset<Row> explain(Dataset<Row> data, Transformer model) {
    StructType samples = SampleColumns.schema(input);
    Dataset<Row> perturbed =
        withMetadata(
            data.mapPartitions(new PerturbedRows(columns, method, policy), Encoders.row(samples)),
            samples);
    Dataset<Row> answered = model.transform(perturbed);
    // Not those of transformSchema: MLlib's models append their columns in another order
    List<String> names = Arrays.asList(answered.columns());
    Dataset<Row> scored = MadeColumn.apart(answered);
    Column[] folded =
        Stream.concat(SampleColumns.ADDED.stream(), Stream.of(targets.column()))
            .map(name -> MadeColumn.at(scored, names.indexOf(name)))
            .toArray(Column[]::new);
    return withMetadata(
        scored
            .select(folded)
            .mapPartitions(
                new FoldedRows(columns, method, policy, targets, outputs), Encoders.row(output)),
        output);
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
}
