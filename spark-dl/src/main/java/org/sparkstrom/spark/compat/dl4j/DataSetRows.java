// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkSignature;

/**
 * DL4J's mini-batches as the rows that our trainer takes: a column for each input and each output
 * of the network, and one of weights.
 *
 * <p>Rows are dealt out anew over workers and batches, so the batches that the user has made do not
 * matter any more. Vectors carry the numbers; class labels are found in their one-hot form. A mask
 * becomes the length of the row's sequence, or the row's weight.
 *
 * @param network what the columns are made for
 */
record DataSetRows(NetworkSignature network) implements Serializable {

  private static final String WEIGHT = "weight";

  /** The rows of all batches; lazy. */
  Dataset<Row> of(SparkSession spark, JavaRDD<MultiDataSet> batches) {
    DataSetRows rows = this;
    return spark.createDataFrame(batches.mapPartitions(rows::rows), schema());
  }

  /** The columns that {@link #of} makes. */
  ColumnBinding columns() {
    return new ColumnBinding(names("features", network.inputs().size()), labelNames())
        .withWeight(WEIGHT);
  }

  private List<String> labelNames() {
    return names("label", network.outputs().size());
  }

  private static List<String> names(String role, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(role + i);
    }
    return names;
  }

  private StructType schema() {
    StructType schema = new StructType();
    for (int i = 0; i < network.inputs().size(); i++) {
      schema = schema.add("features" + i, RowTensor.numbersType(network.inputs().get(i).form()));
    }
    for (int i = 0; i < network.outputs().size(); i++) {
      NetworkOutput output = network.outputs().get(i);
      schema =
          schema.add(
              "label" + i,
              output.labels() == NetworkOutput.LabelKind.CLASS_INDEX
                  ? RowTensor.classType(output.form())
                  : RowTensor.numbersType(output.form()));
    }
    return schema.add(WEIGHT, DataTypes.DoubleType);
  }

  private Iterator<Row> rows(Iterator<MultiDataSet> batches) {
    NativeRuntime.prepareTask();
    return new Iterator<>() {
      private Iterator<Row> batch = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        while (!batch.hasNext() && batches.hasNext()) {
          batch = rowsOf(batches.next()).iterator();
        }
        return batch.hasNext();
      }

      @Override
      public Row next() {
        return batch.next();
      }
    };
  }

  private List<Row> rowsOf(MultiDataSet batch) {
    requireCount("features", network.inputs().size(), batch.numFeatureArrays());
    requireCount("labels", network.outputs().size(), batch.numLabelsArrays());
    List<RowTensor> tensors = new ArrayList<>();
    for (int i = 0; i < network.inputs().size(); i++) {
      NetworkInput input = network.inputs().get(i);
      tensors.add(
          RowTensor.numbers(
              "features " + i, input.form(), batch.getFeatures(i), batch.getFeaturesMaskArray(i)));
    }
    for (int i = 0; i < network.outputs().size(); i++) {
      NetworkOutput output = network.outputs().get(i);
      tensors.add(
          RowTensor.label("labels " + i, output, batch.getLabels(i), labelMask(batch, i, output)));
    }
    double[] weights = weights(batch);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < weights.length; row++) {
      Object[] cells = new Object[tensors.size() + 1];
      for (int i = 0; i < tensors.size(); i++) {
        cells[i] = tensors.get(i).cell(row);
      }
      cells[tensors.size()] = weights[row];
      rows.add(RowFactory.create(cells));
    }
    return rows;
  }

  private static void requireCount(String role, int expected, int actual) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          "each batch must have %d arrays of %s, one for each of the network, but one has %d"
              .formatted(expected, role, actual));
    }
  }

  /** The mask of an output's steps; where there are no steps, a mask weighs rows. */
  private static INDArray labelMask(MultiDataSet batch, int i, NetworkOutput output) {
    return output.form() == NetworkInput.Form.SEQUENCE ? batch.getLabelsMaskArray(i) : null;
  }

  private double[] weights(MultiDataSet batch) {
    double[] weights = new double[Math.toIntExact(batch.getFeatures(0).size(0))];
    Arrays.fill(weights, 1);
    for (int i = 0; i < network.outputs().size(); i++) {
      INDArray mask = batch.getLabelsMaskArray(i);
      if (mask == null || network.outputs().get(i).form() == NetworkInput.Form.SEQUENCE) {
        continue;
      }
      if (network.outputs().size() > 1 || mask.length() != weights.length) {
        throw new IllegalArgumentException(
            "a mask of labels must be a weight per row of the network's only output, or cover the steps of a sequence, but labels %d have one of shape %s"
                .formatted(i, Arrays.toString(mask.shape())));
      }
      for (int row = 0; row < weights.length; row++) {
        weights[row] = mask.getDouble(row);
      }
    }
    return weights;
  }
}
