// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.inference.OutputRow;
import org.sparkstrom.spark.inference.PredictionColumns;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;

/**
 * A column for each output of a network as spark.ml knows them, so that its evaluators and stages
 * read them, and one for the class where an output is one of classes.
 *
 * <p>An output of one number is a double; any other of a row is a vector; a sequence is an array
 * with an array of doubles for each step; an image is an array nested [channel][row][column]. The
 * class of a row or of each step, the first of the highest values, is a double or an array of them
 * in the column NAME_class.
 *
 * @param outputs the network's outputs
 * @param names a column name for each
 */
record NetworkOutputColumns(List<NetworkOutput> outputs, List<String> names)
    implements PredictionColumns {

  private static final String CLASS = "_class";
  private static final DataType NUMBERS = DataTypes.createArrayType(DataTypes.DoubleType, false);

  NetworkOutputColumns {
    outputs = List.copyOf(outputs);
    names = List.copyOf(names);
  }

  @Override
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      NetworkOutput output = outputs.get(i);
      fields.add(field(names.get(i), output));
      if (output.hasClass()) {
        fields.add(classField(names.get(i) + CLASS, output));
      }
    }
    return fields;
  }

  private static StructField field(String name, NetworkOutput output) {
    return switch (output.form()) {
      case FLAT ->
          output.isNumber()
              ? NumericAttribute.defaultAttr().withName(name).toStructField()
              : new AttributeGroup(name, output.size()).toStructField();
      case SEQUENCE -> DataTypes.createStructField(name, arrayOf(NUMBERS), false);
      case IMAGE -> DataTypes.createStructField(name, arrayOf(arrayOf(NUMBERS)), false);
    };
  }

  private static StructField classField(String name, NetworkOutput output) {
    return output.form() == Form.SEQUENCE
        ? DataTypes.createStructField(name, NUMBERS, false)
        : NominalAttribute.defaultAttr()
            .withName(name)
            .withNumValues(output.size())
            .toStructField();
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
      values.add(value(output, row));
      if (output.hasClass()) {
        Double[] classes = classes(row.values(), output.size());
        values.add(output.form() == Form.SEQUENCE ? classes : classes[0]);
      }
    }
    return values.toArray();
  }

  private static Object value(NetworkOutput output, OutputRow row) {
    if (output.form() != Form.FLAT) {
      return nested(row.values(), row.shape(), 0, 0);
    }
    return output.isNumber() ? (Object) (double) row.values()[0] : vector(row.values());
  }

  private static Vector vector(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Vectors.dense(wide);
  }

  /** The part of a tensor from this place on, as arrays nested by the axes from this one on. */
  private static Object nested(float[] values, List<Integer> shape, int axis, int from) {
    int length = shape.get(axis);
    if (axis == shape.size() - 1) {
      return IntStream.range(from, from + length)
          .mapToObj(i -> (double) values[i])
          .toArray(Double[]::new);
    }
    int stride = shape.subList(axis + 1, shape.size()).stream().reduce(1, (a, b) -> a * b);
    return IntStream.range(0, length)
        .mapToObj(i -> nested(values, shape, axis + 1, from + i * stride))
        .toArray();
  }

  private static Double[] classes(float[] values, int size) {
    Double[] classes = new Double[values.length / size];
    for (int step = 0; step < classes.length; step++) {
      int highest = 0;
      for (int i = 1; i < size; i++) {
        if (values[step * size + i] > values[step * size + highest]) {
          highest = i;
        }
      }
      classes[step] = (double) highest;
    }
    return classes;
  }
}
