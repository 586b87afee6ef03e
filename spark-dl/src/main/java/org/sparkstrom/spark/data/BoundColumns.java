// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkSignature;

/**
 * The columns of a data frame that a network trains on, checked against the network as far as a
 * schema tells.
 *
 * @param rows these columns alone
 * @param check reads and checks them
 */
record BoundColumns(Dataset<Row> rows, RowCheck check) {

  /**
   * Binds the columns. Starts no job.
   *
   * @throws IllegalArgumentException if a column is missing, of the wrong type, or if there are not
   *     as many as the network has inputs and outputs
   */
  static BoundColumns bind(
      Dataset<?> data,
      ColumnBinding columns,
      NetworkSignature network,
      HandleInvalid handleInvalid) {
    require(data.schema(), columns, network); // names and types, as the user has them
    Map<String, Column> selected = new LinkedHashMap<>(); // a column may be read more than once
    columns.features().forEach(name -> selected.put(name, quoted(name)));
    for (int i = 0; i < columns.labels().size(); i++) {
      String name = columns.labels().get(i);
      Column label = quoted(name);
      boolean ofClasses = isClassOfRow(network.outputs().get(i));
      selected.putIfAbsent(name, ofClasses ? label.cast("double") : label);
    }
    columns.weightColumn().ifPresent(name -> selected.put(name, quoted(name).cast("double")));
    columns.validationColumn().ifPresent(name -> selected.put(name, quoted(name)));
    Dataset<Row> rows = data.select(selected.values().toArray(Column[]::new));
    return new BoundColumns(rows, readers(rows.schema(), columns, network, handleInvalid));
  }

  /**
   * Checks the columns as far as a schema tells.
   *
   * @throws IllegalArgumentException as {@link #bind}
   */
  static void require(StructType schema, ColumnBinding columns, NetworkSignature network) {
    requireOneEach("input", network.inputs().size(), "features", columns.features(), network);
    requireOneEach("output", network.outputs().size(), "label", columns.labels(), network);
    RowCheck unused = readers(schema, columns, network, HandleInvalid.ERROR);
    requireNoWeightedImages(columns, network);
  }

  private static void requireOneEach(
      String end, int count, String role, List<String> columns, NetworkSignature network) {
    if (count != columns.size()) {
      throw new IllegalArgumentException(
          "each %s of the network must have a %s column, but there are %d %ss and %d columns, %s; the network has the %s. Name one column for each, in this order; several of one %s go into a vector first (VectorAssembler)."
              .formatted(
                  end, role, count, end, columns.size(), columns, network.description(), end));
    }
  }

  private static void requireNoWeightedImages(ColumnBinding columns, NetworkSignature network) {
    boolean images = network.outputs().stream().anyMatch(output -> output.form() == Form.IMAGE);
    if (images && columns.weightColumn().isPresent()) {
      throw new IllegalArgumentException(
          "rows can have weights only if no output of the network gives images, but weight column '%s' is named and the outputs are %s; leave the weights out"
              .formatted(columns.weight(), network.outputs()));
    }
  }

  private static RowCheck readers(
      StructType schema,
      ColumnBinding columns,
      NetworkSignature network,
      HandleInvalid handleInvalid) {
    List<TensorReader> inputs = new ArrayList<>();
    for (int i = 0; i < columns.features().size(); i++) {
      Form form = network.inputs().get(i).form();
      inputs.add(TensorReader.of(schema, "features", columns.features().get(i), form));
    }
    List<TensorReader> labels = new ArrayList<>();
    for (int i = 0; i < columns.labels().size(); i++) {
      labels.add(labelReader(schema, columns.labels().get(i), network.outputs().get(i)));
    }
    return new RowCheck(
        inputs,
        labels,
        WeightColumn.of(schema, columns.weightColumn()),
        ValidationColumn.of(schema, columns.validationColumn()),
        handleInvalid);
  }

  private static TensorReader labelReader(StructType schema, String column, NetworkOutput output) {
    return output.labels() == NetworkOutput.LabelKind.CLASS_INDEX
        ? ClassReader.of(schema, column, output.size(), output.form())
        : TensorReader.of(schema, ClassReader.ROLE, column, output.form());
  }

  private static boolean isClassOfRow(NetworkOutput output) {
    return output.labels() == NetworkOutput.LabelKind.CLASS_INDEX && output.form() == Form.FLAT;
  }

  private static Column quoted(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}
