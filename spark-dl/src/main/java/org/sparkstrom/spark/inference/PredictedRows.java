// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.rows.AppendedRow;
import org.sparkstrom.spark.rows.PartitionRows;

/**
 * The rows of a partition with their predictions: reads a batch of rows ahead, predicts it, and
 * gives the rows out one by one. Not thread-safe.
 */
final class PredictedRows implements Iterator<AppendedRow> {

  private final PartitionPrediction prediction;
  private final PartitionRows rows;
  private final BatchOutput network;
  private final int partition;
  private final InputBatch[] inputs;
  private final Cell[] cells;
  private final boolean[] zeros;
  private boolean heldOver; // the current row waits for the next batch
  private List<OutputRow[]> outputs = List.of(); // of the batch
  private int given; // rows of it
  private long rowsRead;

  PredictedRows(
      PartitionPrediction prediction,
      PartitionRows rows,
      BatchOutput network,
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
    while (given == rows.held() && (heldOver || rows.hasNext())) {
      readBatch();
      if (rows.held() > 0) {
        outputs = network.predict(inputs);
      }
    }
    return given < rows.held();
  }

  @Override
  public AppendedRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row is left in partition " + partition);
    }
    OutputRow[] ofRow = new OutputRow[outputs.size()];
    for (int i = 0; i < ofRow.length; i++) {
      ofRow[i] = outputs.get(i)[given];
    }
    return rows.append(given++, prediction.columns().values(Arrays.asList(ofRow)));
  }

  private void readBatch() {
    rows.clear();
    given = 0;
    Arrays.stream(inputs).forEach(InputBatch::clear);
    if (heldOver) {
      add(); // its values are still in the cells
      heldOver = false;
    }
    while (rows.held() < prediction.config().batch().rows() && rows.hasNext()) {
      rows.next();
      boolean used = read();
      rowsRead++;
      heldOver = used && rows.held() > 0 && bytesWithRow() > prediction.config().batch().bytes();
      if (heldOver) {
        return;
      }
      if (used) {
        add();
      }
    }
  }

  private long bytesWithRow() {
    long bytes = 0;
    for (int i = 0; i < inputs.length; i++) {
      bytes += inputs[i].bytesWith(zeros[i] ? 1 : cells[i].steps());
    }
    return bytes;
  }

  private void add() {
    for (int i = 0; i < inputs.length; i++) {
      if (zeros[i]) {
        inputs[i].addZeros();
      } else {
        inputs[i].add(cells[i]);
      }
    }
    rows.hold();
  }

  /** Reads the current row into the cells; false if it is left out. */
  private boolean read() {
    boolean used = true;
    for (int i = 0; i < inputs.length; i++) {
      used &= read(i);
    }
    return used;
  }

  private boolean read(int i) {
    Cell cell = cells[i];
    zeros[i] = false;
    Cell.Content content = rows.read(i, cell);
    return switch (content) {
      case VALUES, NOT_FINITE -> {
        requireFit(i);
        yield content == Cell.Content.VALUES
            || keep(i, "is null, NaN or infinite at feature " + cell.firstInvalid());
      }
      case NULL -> {
        zeros[i] = true;
        yield keepNull(i);
      }
      default -> throw invalidRow(i, "has no features, or nested arrays of unequal lengths");
    };
  }

  private void requireFit(int i) {
    if (!inputs[i].takes(cells[i])) {
      NetworkInput input = inputs[i].input();
      throw invalidRow(
          i,
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

  private boolean keepNull(int i) {
    if (!keep(i, "is null")) {
      return false;
    }
    if (inputs[i].size() == NetworkInput.UNKNOWN) {
      throw invalidRow(i, "is null in the first row, so the number of features is unknown");
    }
    return true;
  }

  private boolean keep(int i, String problem) {
    HandleInvalid policy = prediction.config().handleInvalid();
    if (policy == HandleInvalid.ERROR) {
      throw invalidRow(i, problem + "; clean it, or set handleInvalid to 'skip' or 'keep'");
    }
    return policy == HandleInvalid.KEEP;
  }

  private IllegalArgumentException invalidRow(int i, String problem) {
    return new IllegalArgumentException(
        "partition %d, row %d in it: column '%s' %s"
            .formatted(partition, rowsRead, prediction.config().featuresCols().get(i), problem));
  }
}
