// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.rows.StoredReader;
import org.sparkstrom.spark.rows.StoredRows;

/**
 * Predicts with a network over a DataFrame: mini-batches on the executors, one copy of the
 * parameters on each.
 *
 * <p>Rows keep their order and their columns; the predictions come after them. It is a typed
 * mapPartitions, so it is lazy and works on streaming DataFrames as well.
 */
public final class BatchPredictor {

  private BatchPredictor() {}

  /**
   * The input with the output columns appended.
   *
   * @param network the snapshot to predict with, broadcast by the caller, who destroys it
   * @param columns makes the appended columns of the network's outputs
   * @throws IllegalArgumentException if the network's inputs and the features columns are not as
   *     many, a features column is missing or of the wrong type, or an output column exists already
   */
  public static Dataset<Row> transform(
      Dataset<?> input,
      Broadcast<NetworkSnapshot> network,
      PredictionColumns columns,
      PredictionConfig config) {
    List<StoredReader> readers =
        readers(input.schema(), network.value().network().inputs(), config.featuresCols());
    columns.appendTo(input.schema()); // refuses names that exist
    return StoredRows.append(
        input, readers, columns.fields(), new PartitionPrediction(network, columns, config));
  }

  private static List<StoredReader> readers(
      StructType schema, List<NetworkInput> inputs, List<String> featuresCols) {
    if (inputs.size() != featuresCols.size()) {
      throw new IllegalArgumentException(
          "each input of the network must have a features column, but the inputs are %s and the columns %s"
              .formatted(inputs.stream().map(NetworkInput::name).toList(), featuresCols));
    }
    return IntStream.range(0, inputs.size())
        .mapToObj(
            i -> StoredReader.of(schema, "features", featuresCols.get(i), inputs.get(i).form()))
        .toList();
  }
}
