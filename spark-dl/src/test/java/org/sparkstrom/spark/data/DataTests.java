// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;
import org.sparkstrom.spark.network.NetworkSignature;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Signatures, frames and a worker's rows, for the tests of this package. */
final class DataTests {

  static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);
  static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType);

  private DataTests() {}

  static NetworkInput flat(int size) {
    return new NetworkInput("input", Form.FLAT, List.of(size));
  }

  static NetworkInput sequence(int size) {
    return new NetworkInput("input", Form.SEQUENCE, List.of(size));
  }

  static NetworkInput image(int channels, int height, int width) {
    return new NetworkInput("input", Form.IMAGE, List.of(channels, height, width));
  }

  static NetworkOutput classes(Form form, int size) {
    return new NetworkOutput("output", form, size, LabelKind.CLASS_INDEX);
  }

  static NetworkOutput real(Form form, int size) {
    return new NetworkOutput("output", form, size, LabelKind.REAL);
  }

  static NetworkSignature network(NetworkInput input, NetworkOutput output) {
    return new NetworkSignature(List.of(input), List.of(output));
  }

  static NetworkSignature classifier(int inputs, int classCount) {
    return network(flat(inputs), classes(Form.FLAT, classCount));
  }

  static StructType schema(DataType features, DataType label) {
    return new StructType().add("features", features).add("label", label);
  }

  static Dataset<Row> frame(StructType schema, List<Row> rows) {
    return SparkTests.session().createDataFrame(rows, schema).coalesce(1);
  }

  static TrainingData survey(Dataset<Row> data, NetworkSignature network) {
    return survey(data, COLUMNS, network);
  }

  static TrainingData survey(Dataset<Row> data, ColumnBinding columns, NetworkSignature network) {
    return TrainingData.survey(data, columns, network, Map.of(), HandleInvalid.ERROR);
  }

  /** An array column's value. */
  static Seq<Object> array(Object... values) {
    return JavaConverters.asScalaBuffer(Arrays.asList(values)).toSeq();
  }

  /** The blocks of one of several workers. */
  static List<byte[]> blocks(TrainingData data, int workers, int rank) {
    return data.balance(workers).glom().collect().get(rank);
  }

  /** The rows of the only worker. */
  static WorkerRows rows(TrainingData data, long memoryBytes, Path directory) throws IOException {
    WorkerRows rows = new WorkerRows(data.format().layout(), memoryBytes, directory);
    for (byte[] block : blocks(data, 1, 0)) {
      rows.add(block);
    }
    rows.seal();
    return rows;
  }

  /** Batches in the order of the data. */
  static BatchPlan inOrder(TrainingData data, int batchSize, long rowsPerEpoch) {
    return new BatchPlan(data.format(), BatchPlan.Order.AS_STORED, 0, 0, batchSize, rowsPerEpoch);
  }
}
