// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.nd4j.evaluation.IEvaluation;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.FeatureReader;
import org.sparkstrom.spark.inference.BatchPredictor;
import org.sparkstrom.spark.inference.PredictionConfig;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * DL4J's evaluations of a network over a DataFrame, with the figures that DL4J gives locally.
 *
 * <p>Rows are predicted in mini-batches with one copy of the parameters on each executor. Each
 * partition fills evaluations of its own, which are merged; no row comes to the driver. What they
 * remember must be bounded for that: {@code ROC} with thresholds does, an exact one (0 thresholds)
 * keeps the score of every row.
 */
public final class DistributedEvaluation {
  private static final String OUTPUT = "sparkstrom_output";

  /** Outputs and labels that are compared at once; batches limited by bytes have any number. */
  private static final int MAX_ROWS_AT_ONCE = 1024;

  private DistributedEvaluation() {}

  /**
   * Fills the evaluations with what they have to say of all rows. Runs one Spark job.
   *
   * @param network has one output: softmax for labels that are class indexes, or any other for
   *     labels that are numbers, vectors or arrays of them
   * @param columns features and label
   * @param config the limit of a batch, and what happens to rows with null or non-finite features
   *     or labels: KEEP leaves out those without a label
   * @param evaluations empty or to be added to; must be serializable, as DL4J's are
   * @throws IllegalArgumentException if a column is missing or does not fit the network; before the
   *     job
   */
  public static void evaluate(
      Dataset<?> data,
      NetworkSnapshot network,
      ColumnBinding columns,
      PredictionConfig config,
      IEvaluation<?>... evaluations) {
    List<NetworkOutput> outputs = network.signature().outputs();
    if (outputs.size() != 1 || evaluations.length == 0) {
      throw new IllegalArgumentException(
          "an evaluation needs one output and at least one evaluation, but the outputs are %s and the evaluations %s"
              .formatted(
                  outputs.stream().map(NetworkOutput::name).toList(), Arrays.asList(evaluations)));
    }
    LabelReader labels = labels(data.schema(), columns, outputs.get(0));
    JavaSparkContext spark = new JavaSparkContext(data.sparkSession().sparkContext());
    Broadcast<NetworkSnapshot> broadcast = spark.broadcast(network.forInference());
    try {
      Dataset<Row> predicted =
          BatchPredictor.transform(data, broadcast, new RawOutput(OUTPUT), config)
              .select(quoted(columns.labels().get(0)), quoted(OUTPUT));
      List<byte[]> parts =
          predicted
              .toJavaRDD()
              .mapPartitions(
                  new PartitionEvaluation(
                      labels.in(predicted.schema()),
                      Math.min(config.batch().rows(), MAX_ROWS_AT_ONCE),
                      config.handleInvalid(),
                      EvaluationBytes.write(fresh(evaluations))))
              .collect();
      for (byte[] part : parts) {
        EvaluationBytes.merge(evaluations, EvaluationBytes.read(part));
      }
    } finally {
      broadcast.destroy();
    }
  }

  private static LabelReader labels(
      StructType schema, ColumnBinding columns, NetworkOutput output) {
    String column = columns.labels().get(0);
    if (output.labels() == LabelKind.CLASS_INDEX) {
      int index = Columns.numericIndexOf(schema, "label", column);
      return new LabelReader.ClassIndex(column, index, output.size());
    }
    FeatureReader reader = FeatureReader.of(schema, column);
    return new LabelReader.Values(reader, output.size());
  }

  /** Evaluations of the same kind that are empty. */
  private static IEvaluation<?>[] fresh(IEvaluation<?>[] evaluations) {
    return Arrays.stream(evaluations).map(IEvaluation::newInstance).toArray(IEvaluation[]::new);
  }

  private static Column quoted(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}
