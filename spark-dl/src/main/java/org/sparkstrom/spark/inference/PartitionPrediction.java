// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.sparkstrom.spark.data.TensorReader;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Predicts the rows of one partition: the function that runs inside a task.
 *
 * @param network the snapshot to predict with
 * @param readers read the features of each input
 * @param columns makes the appended values
 * @param config batch size and policy
 */
record PartitionPrediction(
    Broadcast<NetworkSnapshot> network,
    List<TensorReader> readers,
    PredictionColumns columns,
    PredictionConfig config)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    NativeRuntime.prepareTask();
    SharedParameters parameters = SharedParameters.lease(SparkEnv.get().conf().getAppId(), network);
    TaskContext task = TaskContext.get();
    task.addTaskFailureListener(
        (TaskFailureListener) (context, failure) -> parameters.discardNetwork());
    task.addTaskCompletionListener((TaskCompletionListener) context -> parameters.close());
    NetworkSnapshot snapshot = network.value();
    return new PredictedRows(
        this,
        rows,
        parameters.networkOf(snapshot),
        snapshot.network().inputs(),
        task.partitionId());
  }
}
