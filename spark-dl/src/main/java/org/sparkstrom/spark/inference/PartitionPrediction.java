// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Predicts the rows of one partition: the function that runs inside a task.
 *
 * @param network the snapshot to predict with
 * @param reader reads the features
 * @param columns makes the appended values
 * @param config batch size and policy
 */
record PartitionPrediction(
    Broadcast<NetworkSnapshot> network,
    FeatureReader reader,
    OutputColumns columns,
    PredictionConfig config)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    NativeRuntime.useOneThreadPerTask();
    SharedParameters parameters = SharedParameters.lease(SparkEnv.get().conf().getAppId(), network);
    TaskContext task = TaskContext.get();
    task.addTaskCompletionListener((TaskCompletionListener) context -> parameters.close());
    MultiLayerNetwork replica = new MultiLayerNetwork(network.value().configuration());
    replica.init(parameters.array(), false);
    return new Predictions(rows, replica, network.value().inputSize(), task.partitionId());
  }

  /** Reads a batch of rows ahead, predicts it, and gives the rows out one by one. */
  private final class Predictions implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final MultiLayerNetwork replica;
    private final int partition;
    private final List<Row> batch = new ArrayList<>();
    private int inputSize;
    private float[] features = new float[0];
    private Iterator<Row> ready = Collections.emptyIterator();
    private long rowsRead;

    Predictions(Iterator<Row> rows, MultiLayerNetwork replica, long inputSize, int partition) {
      this.rows = rows;
      this.replica = replica;
      this.inputSize = Math.toIntExact(inputSize);
      this.partition = partition;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && rows.hasNext()) {
        readBatch();
        if (!batch.isEmpty()) {
          ready = predict();
        }
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no row is left in partition " + partition);
      }
      return ready.next();
    }

    private void readBatch() {
      batch.clear();
      while (batch.size() < config.batchSize() && rows.hasNext()) {
        Row row = rows.next();
        if (read(row)) {
          batch.add(row);
        }
        rowsRead++;
      }
    }

    private boolean read(Row row) {
      int length = reader.length(row);
      if (inputSize < 0 && length > 0) {
        inputSize = length;
      }
      if (length == FeatureReader.NULL) {
        return readNull();
      }
      if (length != inputSize) {
        throw invalidRow(
            "has %d features, but the network takes %d inputs".formatted(length, inputSize));
      }
      reserve();
      int at = reader.read(row, features, batch.size() * inputSize);
      return at < 0 || keep("is null, NaN or infinite at feature " + at);
    }

    private boolean readNull() {
      if (!keep("is null")) {
        return false;
      }
      if (inputSize < 0) {
        throw invalidRow("is null in the first row, so the number of features is unknown");
      }
      reserve();
      int from = batch.size() * inputSize;
      Arrays.fill(features, from, from + inputSize, 0f);
      return true;
    }

    private void reserve() {
      if (features.length == 0) {
        features = new float[Math.multiplyExact(config.batchSize(), inputSize)];
      }
    }

    private boolean keep(String problem) {
      if (config.handleInvalid() == HandleInvalid.ERROR) {
        throw invalidRow(problem + "; clean it, or set handleInvalid to 'skip' or 'keep'");
      }
      return config.handleInvalid() == HandleInvalid.KEEP;
    }

    private IllegalArgumentException invalidRow(String problem) {
      return new IllegalArgumentException(
          "partition %d, row %d in it: column '%s' %s"
              .formatted(partition, rowsRead, reader.column(), problem));
    }

    private Iterator<Row> predict() {
      int count = batch.size();
      float[] used = Arrays.copyOf(features, count * inputSize);
      float[] output;
      int outputSize;
      try (INDArray x = Nd4j.create(used, new long[] {count, inputSize}, 'c');
          INDArray y = replica.output(x, false)) {
        outputSize = Math.toIntExact(y.length() / count);
        try (INDArray rowMajor = y.dup('c')) {
          output = rowMajor.data().asFloat();
        }
      }
      List<Row> result = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        float[] values = Arrays.copyOfRange(output, i * outputSize, (i + 1) * outputSize);
        result.add(append(batch.get(i), columns.values(values)));
      }
      return result.iterator();
    }

    private static Row append(Row row, Object[] values) {
      Object[] all = new Object[row.size() + values.length];
      for (int i = 0; i < row.size(); i++) {
        all[i] = row.get(i);
      }
      System.arraycopy(values, 0, all, row.size(), values.length);
      return RowFactory.create(all);
    }
  }
}
