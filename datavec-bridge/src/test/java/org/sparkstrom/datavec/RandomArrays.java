// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.Distance;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.datavec.api.transform.ndarray.NDArrayColumnsMathOpTransform;
import org.datavec.api.transform.ndarray.NDArrayDistanceTransform;
import org.datavec.api.transform.ndarray.NDArrayMathFunctionTransform;
import org.datavec.api.transform.ndarray.NDArrayScalarOpTransform;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.transform.transform.string.StringListToIndicesNDArrayTransform;

/**
 * Random NDArray columns, their values, and the steps that work on them or make them. Steps on two
 * arrays get two of one shape: with others ND4J may read beyond the end of the shorter one.
 */
final class RandomArrays {
  private static final List<long[]> SHAPES =
      List.of(new long[] {3}, new long[] {1, 4}, new long[] {2, 2}, new long[] {1, -1});
  private static final List<MathOp> OF_COLUMNS =
      List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide, MathOp.Modulus);
  private static final List<String> WORDS = List.of("x", "7", "u");

  /** As many as no shape has entries: what is announced for lists of indices is not their shape. */
  private static final List<String> INDEXED = List.of("x", "7", "u", "ß", "y");

  private final Random random;
  private final RandomProcess values;

  RandomArrays(Random random, RandomProcess values) {
    this.random = random;
    this.values = values;
  }

  void addColumns(Schema.Builder schema) {
    long[] shape = values.any(SHAPES);
    int count = isOpen(shape) ? 1 : 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      schema.addColumnNDArray("array " + i, shape.clone());
    }
  }

  /** Numbers for a column, rarely too many. */
  Vector value(NDArrayMetaData column) {
    int length = 1;
    for (long extent : column.getShape()) {
      length *= extent < 0 ? 1 + random.nextInt(5) : (int) extent;
    }
    double[] numbers = new double[values.chance(30) ? length + 1 : length];
    Arrays.setAll(numbers, i -> values.number());
    return values.chance(4) ? Vectors.dense(numbers).toSparse() : Vectors.dense(numbers);
  }

  /** A step on a column that there is. */
  Transform transform(Schema s) {
    String some = values.column(s, ColumnType.NDArray);
    return switch (random.nextInt(4)) {
      case 0 ->
          new NDArrayScalarOpTransform(some, values.any(List.of(MathOp.values())), values.number());
      case 1 -> new NDArrayMathFunctionTransform(some, values.any(List.of(MathFunction.values())));
      case 2 ->
          new NDArrayColumnsMathOpTransform(
              values.fresh(), values.any(OF_COLUMNS), some, alike(s, some));
      default ->
          new NDArrayDistanceTransform(
              values.fresh(), values.any(List.of(Distance.values())), some, alike(s, some));
    };
  }

  /** A step that makes an array of a text. */
  Transform ofText(Schema s) {
    String some = values.column(s, ColumnType.String);
    String name = values.chance(2) ? some : values.fresh();
    return values.chance(2)
        ? new StringListToCountsNDArrayTransform(
            some, name, WORDS, ",", random.nextBoolean(), !values.chance(3))
        : new StringListToIndicesNDArrayTransform(
            some, name, INDEXED, ",", random.nextBoolean(), !values.chance(3));
  }

  /** Whether a value of one column has a place in the other. */
  static boolean isSameShape(ColumnMetaData one, ColumnMetaData other) {
    return !(one instanceof NDArrayMetaData a)
        || (other instanceof NDArrayMetaData b && Arrays.equals(a.getShape(), b.getShape()));
  }

  private String alike(Schema s, String column) {
    ColumnMetaData like = s.getMetaData(column);
    return values.column(
        s,
        c ->
            c instanceof NDArrayMetaData a
                && isSameShape(like, a)
                && !isOpen(a.getShape())
                && a.getShape()[0] != INDEXED.size());
  }

  private static boolean isOpen(long[] shape) {
    return Arrays.stream(shape).anyMatch(extent -> extent < 0);
  }
}
