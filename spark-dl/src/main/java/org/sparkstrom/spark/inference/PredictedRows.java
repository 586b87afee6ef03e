// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.data.TensorReader;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * The rows of a partition with their predictions: reads a batch of rows ahead, predicts it, and
 * gives the rows out one by one. Not thread-safe.
 */
final class PredictedRows implements Iterator<Row> {

  private final PartitionPrediction prediction;
  private final Iterator<Row> rows;
  private final LiveNetwork network;
  private final int partition;
  private final InputBatch[] inputs;
  private final Cell[] cells;
  private final boolean[] zeros;
  private final List<Row> batch = new ArrayList<>();
  private Optional<Row> heldOver = Optional.empty();
  private Iterator<Row> ready = Collections.emptyIterator();
  private long rowsRead;

  PredictedRows(
      PartitionPrediction prediction,
      Iterator<Row> rows,
      LiveNetwork network,
      List<NetworkInput> inputs,
      int partition) {
    this.prediction = prediction;
    this.rows = rows;
    this.network = network;
    this.partition = partition;
    this.inputs = inputs.stream().map(InputBatch::new).toArray(InputBatch[]::new);
    this.cells = inputs.stream().map(input -> new Cell()).toArray(Cell[]::new);
    this.zeros = new boolean[inputs.size()];
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && (heldOver.isPresent() || rows.hasNext())) {
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
    Arrays.stream(inputs).forEach(InputBatch::clear);
    heldOver.ifPresent(this::add); // its values are still in the cells
    heldOver = Optional.empty();
    while (batch.size() < prediction.config().batch().rows() && rows.hasNext()) {
      Row row = rows.next();
      boolean used = read(row);
      rowsRead++;
      if (used && !batch.isEmpty() && bytesWithRow() > prediction.config().batch().bytes()) {
        heldOver = Optional.of(row);
        return;
      }
      if (used) {
        add(row);
      }
    }
  }

  private long bytesWithRow() {
    return IntStream.range(0, inputs.length)
        .mapToLong(i -> inputs[i].bytesWith(zeros[i] ? 1 : cells[i].steps()))
        .sum();
  }

  private void add(Row row) {
    for (int i = 0; i < inputs.length; i++) {
      if (zeros[i]) {
        inputs[i].addZeros();
      } else {
        inputs[i].add(cells[i]);
      }
    }
    batch.add(row);
  }

  /** Reads a row into the cells; false if it is left out. */
  private boolean read(Row row) {
    boolean used = true;
    for (int i = 0; i < inputs.length; i++) {
      used &= read(row, i);
    }
    return used;
  }

  private boolean read(Row row, int i) {
    TensorReader reader = prediction.readers().get(i);
    Cell cell = cells[i];
    zeros[i] = false;
    Cell.Content content = reader.read(row, cell);
    return switch (content) {
      case VALUES, NOT_FINITE -> {
        requireFit(reader, i);
        yield content == Cell.Content.VALUES
            || keep(reader, "is null, NaN or infinite at feature " + cell.firstInvalid());
      }
      case NULL -> {
        zeros[i] = true;
        yield keepNull(reader, inputs[i]);
      }
      default -> throw invalidRow(reader, "has no features, or nested arrays of unequal lengths");
    };
  }

  private void requireFit(TensorReader reader, int i) {
    if (!inputs[i].takes(cells[i])) {
      NetworkInput input = inputs[i].input();
      throw invalidRow(
          reader,
          inputs[i].size() == NetworkInput.UNKNOWN
              ? "has %d features in a row, but the network takes images of %s and does not say how high and wide; nest them as [channel][row][column]"
                  .formatted(cells[i].size(), input.shape())
              : "has %d features%s, but the network takes %d inputs"
                  .formatted(
                      cells[i].size(),
                      input.form() == Form.SEQUENCE ? " in each step" : "",
                      inputs[i].size()));
    }
  }

  private boolean keepNull(TensorReader reader, InputBatch input) {
    if (!keep(reader, "is null")) {
      return false;
    }
    if (input.size() == NetworkInput.UNKNOWN) {
      throw invalidRow(reader, "is null in the first row, so the number of features is unknown");
    }
    return true;
  }

  private boolean keep(TensorReader reader, String problem) {
    HandleInvalid policy = prediction.config().handleInvalid();
    if (policy == HandleInvalid.ERROR) {
      throw invalidRow(reader, problem + "; clean it, or set handleInvalid to 'skip' or 'keep'");
    }
    return policy == HandleInvalid.KEEP;
  }

  private IllegalArgumentException invalidRow(TensorReader reader, String problem) {
    return new IllegalArgumentException(
        "partition %d, row %d in it: column '%s' %s"
            .formatted(partition, rowsRead, reader.column(), problem));
  }

  private Iterator<Row> predict() {
    INDArray[] features = Arrays.stream(inputs).map(InputBatch::features).toArray(INDArray[]::new);
    INDArray[] masks =
        Arrays.stream(inputs).map(input -> input.mask().orElse(null)).toArray(INDArray[]::new);
    boolean masked = Arrays.stream(masks).anyMatch(mask -> mask != null);
    List<OutputRow[]> outputs = new ArrayList<>();
    try {
      for (INDArray output :
          network.output(features, masked ? Optional.of(masks) : Optional.empty())) {
        outputs.add(OutputRow.split(output, batch.size(), steps(output)));
        closeAll(output);
      }
    } finally {
      closeAll(features);
      closeAll(masks);
    }
    List<Row> result = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      int place = row;
      List<OutputRow> ofRow = outputs.stream().map(output -> output[place]).toList();
      result.add(append(batch.get(row), prediction.columns().values(ofRow)));
    }
    return result.iterator();
  }

  /** Steps of each row of an output: those of the input sequence that it is as long as. */
  private int[] steps(INDArray output) {
    int longest = output.rank() == 3 ? (int) output.size(2) : 1;
    return Arrays.stream(inputs)
        .filter(input -> input.input().form() == Form.SEQUENCE && input.longest() == longest)
        .findFirst()
        .map(InputBatch::steps)
        .orElseGet(() -> filled(batch.size(), longest));
  }

  private static int[] filled(int length, int value) {
    int[] all = new int[length];
    Arrays.fill(all, value);
    return all;
  }

  private static void closeAll(INDArray... arrays) {
    for (INDArray array : arrays) {
      if (array != null && array.closeable()) {
        array.close();
      }
    }
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
