// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.rows.AppendedRow;
import org.sparkstrom.spark.rows.PartitionRows;
import org.sparkstrom.spark.rows.RowsFunction;

/**
 * Predicts the rows of one partition: the function that runs inside a task.
 *
 * @param network the snapshot to predict with
 * @param columns makes the appended values
 * @param config batch size and policy
 */
record PartitionPrediction(
    Broadcast<NetworkSnapshot> network, PredictionColumns columns, PredictionConfig config)
    implements RowsFunction {

  @Override
  public Iterator<AppendedRow> call(PartitionRows rows) {
    NativeRuntime.prepareTask();
    SharedParameters parameters = SharedParameters.lease(SparkEnv.get().conf().getAppId(), network);
    TaskContext task = TaskContext.get();
    task.addTaskFailureListener(
        (TaskFailureListener) (context, failure) -> parameters.discardNetwork());
    task.addTaskCompletionListener((TaskCompletionListener) context -> parameters.close());
    NetworkSnapshot snapshot = network.value();
    NetworkConfiguration configuration = snapshot.network();
    List<NetworkInput> inputs = configuration.inputs();
    BatchOutput output =
        BatchOutput.of(parameters.networkOf(snapshot), inputs, configuration.stepOrigins());
    task.addTaskCompletionListener((TaskCompletionListener) context -> output.close());
    return new PredictedRows(this, rows, output, inputs, task.partitionId());
  }
}
