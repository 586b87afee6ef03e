// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;

/**
 * One array of a batch, cut into the cells of its rows.
 *
 * <p>The numbers are copied out of ND4J's memory once, in row order: flat [rows, size], sequences
 * [rows, size, steps], images [rows, channels, height, width].
 */
final class RowTensor {

  private static final double ONE_HOT_TOLERANCE = 1e-6;

  private final String name;
  private final Form form;
  private final boolean classes;
  private final float[] values;
  private final int rowLength;
  private final int steps;
  private final int[] lengths;

  private RowTensor(String name, Form form, boolean classes, INDArray array, INDArray mask) {
    this.name = name;
    this.form = form;
    this.classes = classes;
    int rows = Math.toIntExact(array.size(0));
    int rank = form == Form.FLAT ? 2 : form == Form.SEQUENCE ? 3 : 4;
    boolean flatImage = form == Form.IMAGE && array.rank() == 2;
    if (array.rank() != rank && !flatImage) {
      throw new IllegalArgumentException(
          "%s must have %d axes, as the network's layer is %s, but have the shape %s"
              .formatted(name, rank, form, Arrays.toString(array.shape())));
    }
    this.values = floats(array);
    this.rowLength = rows == 0 ? 0 : values.length / rows;
    this.steps = form == Form.SEQUENCE ? Math.toIntExact(array.size(2)) : 1;
    this.lengths = lengths(rows, mask);
  }

  /** Numbers, as features and the labels of regression are. */
  static RowTensor numbers(String name, Form form, INDArray array, INDArray mask) {
    return new RowTensor(name, form, false, array, mask);
  }

  /** Labels of an output: numbers, or the classes that one-hot vectors stand for. */
  static RowTensor label(String name, NetworkOutput output, INDArray array, INDArray mask) {
    boolean classes = output.labels() == NetworkOutput.LabelKind.CLASS_INDEX;
    return new RowTensor(name, output.form(), classes, array, mask);
  }

  /** The type of a column of numbers. */
  static DataType numbersType(Form form) {
    DataType vector = SQLDataTypes.VectorType();
    return form == Form.SEQUENCE ? DataTypes.createArrayType(vector) : vector;
  }

  /** The type of a column of classes. */
  static DataType classType(Form form) {
    return form == Form.FLAT
        ? DataTypes.DoubleType
        : DataTypes.createArrayType(DataTypes.DoubleType);
  }

  private static float[] floats(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }

  /** Steps of each row: as many as a mask has ones, which must come first. */
  private int[] lengths(int rows, INDArray mask) {
    int[] lengths = new int[rows];
    Arrays.fill(lengths, steps);
    if (mask == null || form != Form.SEQUENCE) {
      return lengths;
    }
    float[] flags = floats(mask);
    for (int row = 0; row < rows; row++) {
      int length = 0;
      while (length < steps && flags[row * steps + length] == 1) {
        length++;
      }
      for (int step = length; step < steps; step++) {
        if (flags[row * steps + step] != 0) {
          throw new IllegalArgumentException(
              "the mask of %s must be ones and then zeros in each row, but row %d has %s at step %d after %d ones"
                  .formatted(name, row, flags[row * steps + step], step, length));
        }
      }
      lengths[row] = length;
    }
    return lengths;
  }

  /** What stands in the column of this array, in one row. */
  Object cell(int row) {
    if (form == Form.SEQUENCE) {
      return classes ? classSteps(row) : vectorSteps(row);
    }
    return classes ? (Object) classOf(row, 0) : vector(row, 0);
  }

  private Vector[] vectorSteps(int row) {
    Vector[] cell = new Vector[lengths[row]];
    for (int step = 0; step < cell.length; step++) {
      cell[step] = vector(row, step);
    }
    return cell;
  }

  private Double[] classSteps(int row) {
    Double[] cell = new Double[lengths[row]];
    for (int step = 0; step < cell.length; step++) {
      cell[step] = classOf(row, step);
    }
    return cell;
  }

  private Vector vector(int row, int step) {
    double[] numbers = new double[rowLength / steps];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values[row * rowLength + i * steps + step];
    }
    return Vectors.dense(numbers);
  }

  private double classOf(int row, int step) {
    int found = -1;
    for (int i = 0; i < rowLength / steps; i++) {
      float value = values[row * rowLength + i * steps + step];
      boolean one = Math.abs(value - 1) <= ONE_HOT_TOLERANCE;
      if ((one && found >= 0) || (!one && Math.abs(value) > ONE_HOT_TOLERANCE)) {
        throw notOneHot(row, i, value);
      }
      found = one ? i : found;
    }
    if (found < 0) {
      throw notOneHot(row, 0, values[row * rowLength + step]);
    }
    return found;
  }

  private IllegalArgumentException notOneHot(int row, int place, float value) {
    return new IllegalArgumentException(
        "%s of a softmax output must be one-hot, with 1 once and 0 else, but row %d of a batch has %s at %d"
            .formatted(name, row, value, place));
  }
}
