// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
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
  private final int featureCount;
  private final List<PartitionSurvey> surveys;

  private TrainingData(
      JavaRDD<Row> rows, RowCheck check, int featureCount, List<PartitionSurvey> surveys) {
    this.rows = rows;
    this.check = check;
    this.featureCount = featureCount;
    this.surveys = surveys;
  }

  /**
   * Checks and surveys the data of a classifier. Runs one Spark job.
   *
   * @param inputSize number of inputs that the network takes; -1 to accept any
   * @param classCount number of outputs that the network has; labels are 0 to classCount - 1
   * @throws IllegalArgumentException if a column is missing or of the wrong type (before the job),
   *     or if the data is empty, a label is not a class index, features are of unequal length, of
   *     another length than {@code inputSize}, or invalid under {@link HandleInvalid#ERROR}
   */
  public static TrainingData survey(
      Dataset<?> data,
      ColumnBinding columns,
      int inputSize,
      int classCount,
      HandleInvalid handleInvalid) {
    FeatureReader.of(data.schema(), columns.features());
    Columns.numericIndexOf(data.schema(), "label", columns.label());
    Dataset<Row> selected =
        data.select(quoted(columns.features()), quoted(columns.label()).cast("double"));
    RowCheck check =
        new RowCheck(
            FeatureReader.of(selected.schema(), columns.features()),
            columns.label(),
            1,
            classCount,
            handleInvalid);
    JavaRDD<Row> rows = selected.toJavaRDD();
    List<PartitionSurvey> surveys =
        new ArrayList<>(rows.mapPartitionsWithIndex(new RowSurvey(check), false).collect());
    surveys.sort(Comparator.comparingInt(PartitionSurvey::partition));
    int featureCount = checkSurveys(surveys, columns, inputSize);
    return new TrainingData(rows, check, featureCount, surveys);
  }

  private static Column quoted(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }

  private static int checkSurveys(
      List<PartitionSurvey> surveys, ColumnBinding columns, int inputSize) {
    int featureCount = 0;
    long rowsBefore = 0;
    long usedRows = 0;
    for (PartitionSurvey survey : surveys) {
      if (survey.hasProblem()) {
        throw new IllegalArgumentException(
            "row %d (partition %d, row %d in it): %s"
                .formatted(
                    rowsBefore + survey.problemRow(),
                    survey.partition(),
                    survey.problemRow(),
                    survey.problem()));
      }
      if (survey.featureCount() > 0) {
        if (featureCount > 0 && survey.featureCount() != featureCount) {
          throw new IllegalArgumentException(
              "column '%s' has %d features in partition %d, but %d in the partitions before it; all rows must have as many"
                  .formatted(
                      columns.features(), survey.featureCount(), survey.partition(), featureCount));
        }
        featureCount = survey.featureCount();
      }
      rowsBefore += survey.rows();
      usedRows += survey.usedRows();
    }
    checkTotals(columns, inputSize, featureCount, rowsBefore, usedRows);
    return inputSize > 0 ? inputSize : featureCount;
  }

  private static void checkTotals(
      ColumnBinding columns, int inputSize, int featureCount, long rows, long usedRows) {
    if (rows == 0) {
      throw new IllegalArgumentException(
          "the data to fit must have at least one row, but is empty; check the filters and joins "
              + "that made it");
    }
    if (inputSize > 0 && featureCount > 0 && featureCount != inputSize) {
      throw new IllegalArgumentException(
          "the network takes %d inputs, but column '%s' has %d features; set nIn of the first layer to %d, or assemble %d features"
              .formatted(inputSize, columns.features(), featureCount, featureCount, inputSize));
    }
    if (usedRows == 0 || featureCount == 0) {
      throw new IllegalArgumentException(
          "the data to fit must have at least one valid row, but none of its %d rows is: column '%s' or '%s' is null or not finite in all of them"
              .formatted(rows, columns.features(), columns.label()));
    }
  }

  /** Features per row. */
  public int featureCount() {
    return featureCount;
  }

  /** Rows that will be trained on. */
  public long usedRowCount() {
    return surveys.stream().mapToLong(PartitionSurvey::usedRows).sum();
  }

  /** Rows that {@link HandleInvalid#SKIP} leaves out. */
  public long skippedRowCount() {
    return surveys.stream().mapToLong(survey -> survey.rows() - survey.usedRows()).sum();
  }

  /** Rows of the worker that has the most, of so many. */
  public long rowsPerWorker(int workers) {
    return (usedRowCount() + workers - 1) / workers;
  }

  /** The packed rows, one partition per worker; lazy. Each value is for {@link TensorStore#add}. */
  public JavaRDD<byte[]> balance(int workers) {
    List<Long> firstRows = new ArrayList<>();
    long first = 0;
    for (PartitionSurvey survey : surveys) {
      firstRows.add(first);
      first += survey.usedRows();
    }
    RowPacker packer = new RowPacker(check, featureCount, workers, firstRows);
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
