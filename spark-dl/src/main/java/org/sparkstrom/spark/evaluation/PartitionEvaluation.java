// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * Evaluates the rows of one partition, which hold a label and the network's output: the function
 * that runs inside a task.
 */
final class PartitionEvaluation implements FlatMapFunction<Iterator<Row>, byte[]> {
  private static final long serialVersionUID = 1L;
  private static final int OUTPUT_INDEX = 1;

  private final LabelReader labels;
  private final int batchSize;
  private final HandleInvalid handleInvalid;
  private final byte[] evaluations;

  /**
   * A function for all partitions.
   *
   * @param labels reads the labels; their column is the first
   * @param batchSize rows that are evaluated at once
   * @param handleInvalid whether a row without a usable label is an error
   * @param evaluations empty evaluations
   */
  PartitionEvaluation(
      LabelReader labels, int batchSize, HandleInvalid handleInvalid, byte[] evaluations) {
    this.labels = labels;
    this.batchSize = batchSize;
    this.handleInvalid = handleInvalid;
    this.evaluations = evaluations;
  }

  @Override
  public Iterator<byte[]> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    IEvaluation<?>[] filled = EvaluationBytes.read(evaluations);
    int size = labels.size();
    float[] expected = new float[batchSize * size];
    float[] predicted = new float[batchSize * size];
    int count = 0;
    long read = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      if (labels.read(row, expected, count * size)) {
        List<Float> output = row.getList(OUTPUT_INDEX);
        for (int i = 0; i < size; i++) {
          predicted[count * size + i] = output.get(i);
        }
        count++;
      } else if (handleInvalid == HandleInvalid.ERROR) {
        throw new IllegalArgumentException(
            "partition %d, row %d in it: label column '%s' must hold what the network's output of %d values can be compared with, but holds %s; clean it, or set handleInvalid to 'skip'"
                .formatted(TaskContext.getPartitionId(), read, labels.column(), size, row.get(0)));
      }
      read++;
      if (count == batchSize || (count > 0 && !rows.hasNext())) {
        evaluate(filled, expected, predicted, count);
        count = 0;
      }
    }
    return List.of(EvaluationBytes.write(filled)).iterator();
  }

  private void evaluate(IEvaluation<?>[] filled, float[] expected, float[] predicted, int count) {
    long[] shape = {count, labels.size()};
    int length = count * labels.size();
    try (INDArray y = Nd4j.create(Arrays.copyOf(expected, length), shape, 'c');
        INDArray output = Nd4j.create(Arrays.copyOf(predicted, length), shape, 'c')) {
      for (IEvaluation<?> evaluation : filled) {
        evaluation.eval(y, output);
      }
    }
  }
}
