// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkSignature;

/**
 * A column for each output of a network, of the type that the output has, and one for the class
 * where it is one of classes.
 *
 * <p>An output of one number is a float; a vector is an array of floats; a sequence is an array of
 * such arrays, one a step; an image is an array nested [channel][row][column]. The class of a
 * vector or of each step, the place of the highest value, is an int or an array of them in the
 * column NAME_class.
 *
 * @param outputs the network's outputs
 * @param names a column name for each
 */
public record NetworkColumns(List<NetworkOutput> outputs, List<String> names)
    implements PredictionColumns {

  private static final String CLASS = "_class";

  public NetworkColumns {
    outputs = List.copyOf(outputs);
    names = List.copyOf(names);
    if (outputs.size() != names.size()) {
      throw new IllegalArgumentException(
          "each output of the network must have a column, but the outputs are %s and the columns %s"
              .formatted(outputs.stream().map(NetworkOutput::name).toList(), names));
    }
  }

  /** Columns that are called as the outputs are. */
  public static NetworkColumns of(NetworkSignature network) {
    return new NetworkColumns(
        network.outputs(), network.outputs().stream().map(NetworkOutput::name).toList());
  }

  @Override
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      fields.add(DataTypes.createStructField(names.get(i), type(outputs.get(i)), false));
      if (outputs.get(i).hasClass()) {
        DataType type = DataTypes.IntegerType;
        boolean steps = outputs.get(i).form() == Form.SEQUENCE;
        fields.add(
            DataTypes.createStructField(names.get(i) + CLASS, steps ? arrayOf(type) : type, false));
      }
    }
    return fields;
  }

  private static DataType type(NetworkOutput output) {
    DataType vector = arrayOf(DataTypes.FloatType);
    return switch (output.form()) {
      case FLAT -> output.isNumber() ? DataTypes.FloatType : vector;
      case SEQUENCE -> arrayOf(vector);
      case IMAGE -> arrayOf(arrayOf(vector));
    };
  }

  private static DataType arrayOf(DataType element) {
    return DataTypes.createArrayType(element, false);
  }

  @Override
  public Object[] values(List<OutputRow> rows) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      NetworkOutput output = outputs.get(i);
      OutputRow row = rows.get(i);
      Object tensor = nested(row.values(), row.shape(), 0, 0);
      values.add(output.isNumber() ? row.values()[0] : tensor);
      if (output.hasClass()) {
        int size = output.size();
        Integer[] classes =
            IntStream.range(0, row.values().length / size)
                .mapToObj(step -> highest(row.values(), step * size, size))
                .toArray(Integer[]::new);
        values.add(output.form() == Form.SEQUENCE ? classes : classes[0]);
      }
    }
    return values.toArray();
  }

  /** The part of a tensor from this place on, as arrays nested by the axes from this one on. */
  private static Object nested(float[] values, List<Integer> shape, int axis, int from) {
    int length = shape.get(axis);
    if (axis == shape.size() - 1) {
      return IntStream.range(from, from + length).mapToObj(i -> values[i]).toArray(Float[]::new);
    }
    int stride = shape.subList(axis + 1, shape.size()).stream().reduce(1, (a, b) -> a * b);
    return IntStream.range(0, length)
        .mapToObj(i -> nested(values, shape, axis + 1, from + i * stride))
        .toArray();
  }

  private static int highest(float[] values, int from, int size) {
    int highest = 0;
    for (int i = 1; i < size; i++) {
      if (values[from + i] > values[from + highest]) {
        highest = i;
      }
    }
    return highest;
  }
}
