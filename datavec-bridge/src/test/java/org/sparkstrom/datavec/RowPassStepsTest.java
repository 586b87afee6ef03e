// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.data.Offset;
import org.datavec.api.transform.Distance;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.transform.transform.string.StringListToIndicesNDArrayTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of the row pass give in Spark what DataVec's local executor gives. */
class RowPassStepsTest {
  private static final Schema PAIR =
      new Schema.Builder()
          .addColumnNDArray("a", new long[] {1, 3})
          .addColumnNDArray("b", new long[] {1, 3})
          .build();
  private static final Row ROW =
      RowFactory.create(Vectors.dense(1.5, -2, 0.25), Vectors.dense(4, 0.5, -3));

  static Stream<Arguments> cases() {
    return RowPassCases.all().entrySet().stream().map(c -> Arguments.of(c.getKey(), c.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theStepInTheRowPassIsDataVecs(String name, TransformProcess process) {
    assertThat(DataVecTransform.of(process).explain()).contains("row pass");

    new PathComparison(process, RowPassCases.rows(), name).verify();
  }

  @Test
  void operationsOnArraysAreThoseOfEachEntry() {
    TransformProcess process =
        start()
            .ndArrayColumnsMathOpTransform("sum", MathOp.Add, "a", "b")
            .ndArrayColumnsMathOpTransform("quotient", MathOp.Divide, "a", "b")
            .ndArrayScalarOpTransform("a", MathOp.ReverseSubtract, 10)
            .ndArrayMathFunctionTransform("b", MathFunction.TANH)
            .build();

    Row result = only(process);

    assertThat(result.<Vector>getAs("sum")).isEqualTo(Vectors.dense(5.5, -1.5, -2.75));
    assertThat(result.<Vector>getAs("quotient").toArray()[2])
        .isCloseTo(0.25 / -3, Offset.offset(1e-12));
    assertThat(result.<Vector>getAs("a")).isEqualTo(Vectors.dense(8.5, 12, 9.75));
    assertEach(result.getAs("b"), Vectors.dense(4, 0.5, -3), Math::tanh);
  }

  @Test
  void distancesAreThoseOfTheirFormulas() {
    TransformProcess process =
        start()
            .ndArrayDistanceTransform("euclidean", Distance.EUCLIDEAN, "a", "b")
            .ndArrayDistanceTransform("manhattan", Distance.MANHATTAN, "a", "b")
            .ndArrayDistanceTransform("cosine", Distance.COSINE, "a", "b")
            .build();

    Row result = only(process);

    double dot = 1.5 * 4 + -2 * 0.5 + 0.25 * -3;
    double lengths = Math.sqrt((2.25 + 4 + 0.0625) * (16 + 0.25 + 9));
    assertThat(result.<Double>getAs("manhattan")).isCloseTo(8.25, Offset.offset(1e-12));
    assertThat(result.<Double>getAs("euclidean"))
        .isCloseTo(Math.sqrt(6.25 + 6.25 + 3.25 * 3.25), Offset.offset(1e-12));
    assertThat(result.<Double>getAs("cosine")).isCloseTo(dot / lengths, Offset.offset(1e-12));
  }

  @Test
  void indicesMayBeFewerOrMoreThanTheWords() {
    TransformProcess process =
        new TransformProcess.Builder(new Schema.Builder().addColumnString("s").build())
            .transform(
                new StringListToIndicesNDArrayTransform(
                    "s", "found", List.of("u", "v", "w"), ",", false, true))
            .duplicateColumn("found", "again")
            .build();

    List<Row> result =
        DataVecTransform.of(process)
            .apply(
                TestSpark.frame(
                        SparkSchemas.toSpark(process.getInitialSchema()),
                        RowFactory.create("w"),
                        RowFactory.create(""),
                        RowFactory.create("v,u,w,v"))
                    .coalesce(1))
            .collectAsList();

    assertThat(result.stream().map(row -> row.<Vector>getAs("again")))
        .containsExactly(Vectors.dense(2), Vectors.dense(new double[0]), Vectors.dense(0, 1, 1, 2));
  }

  @Test
  void underKeepOnlyWhatTheStepWouldHaveMadeIsNull() {
    Schema schema =
        new Schema.Builder().addColumnString("s").addColumnInteger("u").addColumnLong("n").build();
    List<TransformProcess> processes =
        List.of(
            new TransformProcess.Builder(schema)
                .transform(
                    new StringListToCountsNDArrayTransform("s", List.of("u"), ",", false, false))
                .build(),
            new TransformProcess.Builder(schema).transform(new ParseDoubleTransform()).build());

    for (TransformProcess process : processes) {
      Row result =
          DataVecTransform.of(process)
              .withHandleInvalid(HandleInvalid.KEEP)
              .apply(
                  TestSpark.frame(
                      SparkSchemas.toSpark(schema), RowFactory.create("no such word", 7, 8L)))
              .first();

      assertThat(result).as(process.toJson()).isEqualTo(RowFactory.create(null, 7, 8L));
    }
  }

  /** The transforms that a case has. */
  static Stream<Class<? extends Transform>> transforms() {
    return RowPassCases.all().values().stream()
        .flatMap(p -> p.getActionList().stream())
        .filter(a -> a.getTransform() != null)
        .<Class<? extends Transform>>map(a -> a.getTransform().getClass());
  }

  private static TransformProcess.Builder start() {
    return new TransformProcess.Builder(PAIR);
  }

  private static Row only(TransformProcess process) {
    return DataVecTransform.of(process)
        .apply(TestSpark.frame(SparkSchemas.toSpark(PAIR), ROW))
        .first();
  }

  private static void assertEach(Vector found, Vector of, DoubleUnaryOperator function) {
    for (int i = 0; i < of.size(); i++) {
      assertThat(found.apply(i))
          .isCloseTo(function.applyAsDouble(of.apply(i)), Offset.offset(1e-12));
    }
  }
}
