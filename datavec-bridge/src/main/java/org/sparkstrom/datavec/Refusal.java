// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;

/**
 * The end of a row that a compiled step refuses, under {@link HandleInvalid#ERROR}: it runs the
 * same steps on the row in DataVec, which throws, with the message that the row path has. It is
 * evaluated for invalid rows only, so it costs nothing before.
 *
 * @param json the process
 * @param steps the compiled steps
 * @param input the columns that they start with
 */
record Refusal(String json, StepRange steps, StructType input) implements UDF1<Row, Boolean> {

  /** The refusal of a row as an expression; called non-deterministic to keep it where it stands. */
  static Column of(String json, StepRange steps, StructType input, List<String> columns) {
    Column row = struct(columns.stream().map(c -> col(c)).toArray(Column[]::new));
    return udf(new Refusal(json, steps, input), DataTypes.BooleanType)
        .asNondeterministic()
        .apply(row);
  }

  @Override
  public Boolean call(Row row) {
    TransformProcess process = ProcessJson.read(json);
    RecordReader reader = RecordReader.of(process, steps, HandleInvalid.ERROR, input);
    StepRunner runner = new StepRunner(process, steps, HandleInvalid.ERROR);
    InvalidRows invalid = new InvalidRows(HandleInvalid.ERROR, reader.columns(), SkipCount.NONE);
    InvalidValueException problem;
    try {
      runner
          .run(reader.read(row))
          .ifPresent(
              record -> {
                if (steps.checksResult()) {
                  StoredColumns.requireStorable(runner.outcome(), record);
                }
              });
      throw new IllegalStateException(
          "the compiled steps refused a row that DataVec takes: " + reader.values(row));
    } catch (InvalidValueException e) {
      problem = e;
    }
    return invalid.<Boolean>handle(problem, () -> reader.values(row)).orElse(false);
  }
}
