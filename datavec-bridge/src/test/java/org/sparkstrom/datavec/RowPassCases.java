// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.Distance;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.transform.transform.string.StringListToIndicesNDArrayTransform;

/** Processes of single rows that run in the row pass, and rows for them. */
final class RowPassCases {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnString("list")
          .addColumnString("number")
          .addColumnCategorical("key", "1.5", "", "ü\"x")
          .addColumnDouble("x", 0.0, 10.0)
          .addColumnNDArray("a", new long[] {1, 3})
          .addColumnNDArray("b", new long[] {1, 3})
          .addColumnNDArray("square", new long[] {2, 2})
          .addColumnNDArray("open", new long[] {1, -1})
          .build();
  private static final List<String> WORDS = List.of("u", "\"v\"", "w\\", "漢😀");

  private static final Object[][] VALUES = {
    {"u|\"v\"|u", "", "w\\|漢😀|u|\"v\"", "u", "|", "zz", "u||u", null, "NullWritable|u", "|u|"},
    {"1.5", "-0", "NaN", "0x1F", "", null, "١", "1e400", " 7 "},
    {"1.5", "ü\"x", null, "", "?"},
    {0.0, -0.0, 10.0, 11.0, Double.NaN, null, 5.5},
    {
      vector(0.0, -0.0, 1.0),
      vector(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
      vector(Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE),
      vector(-2.5, 0.5, 2.5),
      null,
      vector(1.0, 2.0),
      vector(1e-300, -1e300, 1e-5).toSparse()
    },
    {vector(1.0, 2.0, 3.0), vector(0.0, -0.0, 0.0), null, vector(-7.0, 0.25, 1e200)},
    {vector(1.0, 2.0, 3.0, 4.0), vector(-0.5, 0.0, 0.5, Double.NaN), null, vector(1.0)},
    {vector(1.0), vector(1.0, 2.0, 3.0, 4.0, 5.0), vector(), null}
  };

  private final Map<String, TransformProcess> processes = new LinkedHashMap<>();

  private RowPassCases() {}

  /** All cases by name. */
  static Map<String, TransformProcess> all() {
    RowPassCases cases = new RowPassCases();
    cases.arrays();
    cases.texts();
    return cases.processes;
  }

  /** Every column's values in turn, the columns out of step with each other. */
  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Object[] row = new Object[VALUES.length];
      for (int column = 0; column < row.length; column++) {
        row[column] = VALUES[column][(i + column * (i / 10)) % VALUES[column].length];
      }
      rows.add(RowFactory.create(row));
    }
    return rows;
  }

  private void add(String name, UnaryOperator<TransformProcess.Builder> steps) {
    processes.put(name, steps.apply(new TransformProcess.Builder(SCHEMA)).build());
  }

  private void arrays() {
    for (MathOp op : MathOp.values()) {
      add(
          op + " and a number",
          b ->
              b.ndArrayScalarOpTransform("a", op, -0.1)
                  .ndArrayScalarOpTransform("square", op, -0.0)
                  .ndArrayScalarOpTransform("open", op, 3));
    }
    for (MathOp op : List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide)) {
      add(op + " of arrays", b -> b.ndArrayColumnsMathOpTransform("c \"\\", op, "a", "b"));
    }
    add(
        "sum of three arrays",
        b ->
            b.ndArrayScalarOpTransform("a", MathOp.Subtract, 1)
                .ndArrayColumnsMathOpTransform("c", MathOp.Add, "a", "b", "a"));
    add("remainder", b -> b.ndArrayColumnsMathOpTransform("c", MathOp.Modulus, "a", "b"));
    for (MathFunction function : MathFunction.values()) {
      add(
          function + " of arrays",
          b ->
              b.ndArrayMathFunctionTransform("a", function)
                  .ndArrayMathFunctionTransform("square", function));
    }
    for (Distance distance : Distance.values()) {
      add(distance + " distance", b -> b.ndArrayDistanceTransform("d", distance, "a", "b"));
    }
  }

  private void texts() {
    for (boolean binary : List.of(true, false)) {
      for (boolean ignored : List.of(true, false)) {
        String how = (binary ? ", once" : "") + (ignored ? ", known words only" : "");
        add(
            "counts" + how,
            b ->
                b.transform(
                    new StringListToCountsNDArrayTransform(
                        "list", "x counted", WORDS, "\\|", binary, ignored)));
        add(
            "indices" + how,
            b ->
                b.transform(
                    new StringListToIndicesNDArrayTransform(
                        "list", "list", WORDS, "\\|", binary, ignored)));
      }
    }
    add(
        "set",
        b ->
            b.transform(
                new StringListToCategoricalSetTransform(
                    "list", List.of("1", "2", "3", "4"), WORDS, "\\|")));
    add("parse categories too", b -> b.transform(new ParseDoubleTransform()));
  }

  private static Vector vector(double... values) {
    return Vectors.dense(values);
  }
}
