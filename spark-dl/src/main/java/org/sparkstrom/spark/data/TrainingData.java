// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkSignature;
import scala.Tuple2;

/**
 * The rows of one fit: checked on the driver, surveyed in one pass, then packed and balanced over
 * the workers.
 *
 * <p>It exists so that bad input is an error on the driver before training starts, and so that
 * every used row reaches exactly one worker. The data is read twice: for the survey and for the
 * packing; it must give the same rows both times.
 */
public final class TrainingData {

  private final JavaRDD<Row> rows;
  private final RowCheck check;
  private final SurveyTotals survey;
  private final BatchFormat format;

  private TrainingData(JavaRDD<Row> rows, RowCheck check, SurveyTotals survey, BatchFormat format) {
    this.rows = rows;
    this.check = check;
    this.survey = survey;
    this.format = format;
  }

  /**
   * Checks the columns of data against a network, as far as a schema tells. Starts no job.
   *
   * @throws IllegalArgumentException if a column is missing or of the wrong type, or if there are
   *     not as many as the network has inputs and outputs
   */
  public static void requireColumns(
      StructType schema, ColumnBinding columns, NetworkSignature network) {
    BoundColumns.require(schema, columns, network);
  }

  /**
   * Checks and surveys the data for a network. Runs one Spark job.
   *
   * @param classWeights what classes count, by index; 1 for those that are not in it
   * @throws IllegalArgumentException if a column is missing or of the wrong type (before the job),
   *     or if the data is empty, a label does not fit its output, features are of unequal length,
   *     of another length than the network takes, or invalid under {@link HandleInvalid#ERROR}
   */
  public static TrainingData survey(
      Dataset<?> data,
      ColumnBinding columns,
      NetworkSignature network,
      Map<Integer, Double> classWeights,
      HandleInvalid handleInvalid) {
    BoundColumns bound = BoundColumns.bind(data, columns, network, handleInvalid);
    ClassWeights classes = ClassWeights.of(classWeights, network.outputs());
    RowCheck check = bound.check();
    JavaRDD<Row> rows = bound.rows().toJavaRDD();
    List<PartitionSurvey> surveys =
        new ArrayList<>(
            rows.mapPartitionsWithIndex(new RowSurvey(check, classes), false).collect());
    surveys.sort(Comparator.comparingInt(PartitionSurvey::partition));
    SurveyTotals totals = SurveyTotals.of(surveys, check);
    BatchFormat format =
        new BatchFormat(
            LayoutPlanner.plan(network, totals, check),
            LabelWeights.of(check.weight(), classes, surveys));
    return new TrainingData(rows, check, totals, format);
  }

  /** What workers must know to make batches of the packed rows. */
  public BatchFormat format() {
    return format;
  }

  /** Rows that will be trained on. */
  public long usedRowCount() {
    return survey.usedRows();
  }

  /** Rows that are kept for validation. */
  public long validationRowCount() {
    return survey.validationRows();
  }

  /** Rows that {@link HandleInvalid#SKIP} leaves out. */
  public long skippedRowCount() {
    return survey.rows() - survey.usedRows() - survey.validationRows();
  }

  /** Rows of the worker that has the most to train on, of so many. */
  public long rowsPerWorker(int workers) {
    return (usedRowCount() + workers - 1) / workers;
  }

  /**
   * Bytes of the packed rows of the worker that has the most, of so many; no more than that where
   * rows differ in length.
   */
  public long bytesPerWorker(int workers) {
    long validation = (validationRowCount() + workers - 1) / workers;
    return (rowsPerWorker(workers) + validation) * format.layout().maxRowBytes();
  }

  /**
   * The packed rows, for training and for validation, one partition per worker; lazy. Each value is
   * for {@link WorkerRows#add}.
   */
  public JavaRDD<byte[]> balance(int workers) {
    RowPacker packer =
        new RowPacker(
            check, survey.shapes(), format.layout(), workers, new FirstRows(survey.surveys()));
    JavaRDD<Tuple2<Integer, byte[]>> blocks = rows.mapPartitionsWithIndex(packer, false);
    return JavaPairRDD.fromJavaRDD(blocks).partitionBy(new ByWorker(workers)).values();
  }

  /** Sends a block to the partition of the worker that it is for. */
  private static final class ByWorker extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int workers;

    ByWorker(int workers) {
      this.workers = workers;
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    @Override
    public int getPartition(Object worker) {
      return (Integer) worker;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByWorker that && that.workers == workers;
    }

    @Override
    public int hashCode() {
      return Integer.hashCode(workers);
    }
  }
}
