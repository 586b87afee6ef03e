// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.TensorReader;
import org.sparkstrom.spark.data.TrainingData;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;
import org.sparkstrom.spark.network.NetworkSignature;

/**
 * Which columns are for which inputs and outputs of a network, checked on the driver before any
 * job, with errors that list all that the network takes and gives.
 *
 * @param network what it takes and gives
 * @param features a column for each input
 * @param labels a column for each output
 * @param outputs names of the appended columns; empty for those that follow from the network
 */
record NetworkBinding(
    NetworkSignature network,
    List<String> features,
    List<String> labels,
    Optional<List<String>> outputs) {

  private static final String PREDICTION = "prediction";

  /**
   * Requires that a fit can read these columns.
   *
   * @throws IllegalArgumentException if they are missing, too few, too many, of a wrong type, or of
   *     another size than the network takes or gives
   */
  void requireColumns(StructType schema, ColumnBinding columns) {
    requireExist(schema, "features", features);
    requireExist(schema, "label", labels);
    TrainingData.requireColumns(schema, columns, network);
    requireFeatureSizes(schema);
    for (int i = 0; i < labels.size(); i++) {
      NetworkOutput output = network.outputs().get(i);
      if (output.form() == Form.FLAT && output.labels() == LabelKind.REAL) {
        requireSize(schema, labels.get(i), output.size(), output.description());
      } else if (output.form() == Form.FLAT) {
        SchemaChecks.classCount(schema, labels.get(i), output.size());
      }
    }
  }

  /**
   * Requires that the network can predict from these columns.
   *
   * @throws IllegalArgumentException as {@link #requireColumns}, of the features alone
   */
  void requireFeatures(StructType schema) {
    requireExist(schema, "features", features);
    requireAsMany("input", network.inputs().size(), "featuresCols", features);
    for (int i = 0; i < features.size(); i++) {
      TensorReader unused =
          TensorReader.of(schema, "features", features.get(i), network.inputs().get(i).form());
    }
    requireFeatureSizes(schema);
  }

  private static void requireExist(StructType schema, String role, List<String> names) {
    for (String name : names) {
      int unused = Columns.indexOf(schema, role, name, role + "Cols");
    }
  }

  private void requireFeatureSizes(StructType schema) {
    for (int i = 0; i < features.size(); i++) {
      NetworkInput input = network.inputs().get(i);
      if (input.form() == Form.FLAT) {
        requireSize(schema, features.get(i), input.shape().get(0), input.description());
      }
    }
  }

  /** The metadata of a vector column may tell its size. */
  private void requireSize(StructType schema, String column, int size, String end) {
    StructField field = schema.apply(column);
    if (size == NetworkInput.UNKNOWN || !field.dataType().equals(SQLDataTypes.VectorType())) {
      return;
    }
    int declared = AttributeGroup.fromStructField(field).size();
    if (declared >= 0 && declared != size) {
      throw new IllegalArgumentException(
          "column '%s' is for %s, but has vectors of %d; name another column or change the network, which has the %s"
              .formatted(column, end, declared, network.description()));
    }
  }

  private void requireAsMany(String end, int count, String param, List<String> names) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          "%s must name a column for each %s of the network, but is %s; the network has the %s"
              .formatted(param, end, names, network.description()));
    }
  }

  /**
   * The columns that the model appends.
   *
   * @throws IllegalArgumentException if there are more or fewer names than outputs
   */
  NetworkOutputColumns outputColumns() {
    List<String> names = outputs.orElseGet(this::standardNames);
    requireAsMany("output", network.outputs().size(), "outputCols", names);
    return new NetworkOutputColumns(network.outputs(), names);
  }

  private List<String> standardNames() {
    return network.outputs().size() == 1
        ? List.of(PREDICTION)
        : network.outputs().stream().map(output -> output.name() + "_" + PREDICTION).toList();
  }
}
