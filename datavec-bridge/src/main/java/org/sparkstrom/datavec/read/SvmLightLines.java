// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.read.LineTable.Origin;

/**
 * Files of SVMlight (Joachims, "Making large-scale SVM learning practical", 1999), also called
 * libsvm, as labels and sparse vectors.
 *
 * <p>A line is {@code label index:value ... # comment}; empty lines and lines of comment are no
 * rows; a {@code qid:n} is passed over. Indices ascend, as the format demands, and begin with 1, as
 * SVMlight has it, unless {@link #withFeaturesFrom} says otherwise. Columns:
 *
 * <ul>
 *   <li>{@code label} double, or with {@link #withLabels} {@code labels}, an ml Vector of as many
 *       entries as there are labels, 1 for those that the line lists ({@code 2,5}), 0 for all
 *       others
 *   <li>{@code features}, an ml Vector of the given size
 * </ul>
 *
 * <p>Spark's own libsvm source knows neither the policy for bad lines, nor several labels, nor
 * indices from 0, and reads the data once to find the size. A line that breaks the format, or an
 * index beyond the size, is a bad line: error fails the job and shows file, line and reason; skip
 * leaves it out; keep gives nulls. Immutable.
 */
public final class SvmLightLines {
  private static final String NO_RECORD = "^\\s*(#.*)?$";

  private final SvmLightParser parser;
  private final HandleInvalid policy;

  private SvmLightLines(SvmLightParser parser, HandleInvalid policy) {
    this.parser = parser;
    this.policy = policy;
  }

  /** A reader of lines with one label, indices from 1, and {@link HandleInvalid#ERROR}. */
  public static SvmLightLines of(int features) {
    requirePositive("features", features);
    return new SvmLightLines(
        new SvmLightParser(features, IndexBase.ONE, Optional.empty()), HandleInvalid.ERROR);
  }

  /** The same reader for files whose first feature has this number. */
  public SvmLightLines withFeaturesFrom(IndexBase base) {
    Objects.requireNonNull(base, "base");
    return new SvmLightLines(new SvmLightParser(parser.features(), base, parser.labels()), policy);
  }

  /**
   * The same reader for lines that list the labels that hold, maybe none.
   *
   * @param count labels that there are
   * @param base number of the first label
   */
  public SvmLightLines withLabels(int count, IndexBase base) {
    requirePositive("labels", count);
    SvmLightParser.Labels labels =
        new SvmLightParser.Labels(count, Objects.requireNonNull(base, "base"));
    return new SvmLightLines(
        new SvmLightParser(parser.features(), parser.featuresFrom(), Optional.of(labels)), policy);
  }

  /** The same reader under another policy for bad lines. */
  public SvmLightLines withHandleInvalid(HandleInvalid handleInvalid) {
    return new SvmLightLines(parser, Objects.requireNonNull(handleInvalid, "handleInvalid"));
  }

  /** The columns of a line. */
  public StructType schema() {
    StructField label =
        parser
            .labels()
            .map(labels -> vector("labels", labels.count()))
            .orElse(new StructField("label", DataTypes.DoubleType, true, Metadata.empty()));
    return new StructType().add(label).add(vector("features", parser.features()));
  }

  /** The lines of these files or folders. */
  public Dataset<Row> read(SparkSession spark, String... paths) {
    return parse(spark.read().text(paths), LineTable.TEXT, Origin.FILE);
  }

  /** The lines of a folder's files, and of those that will come. */
  public Dataset<Row> readStream(SparkSession spark, String path) {
    return parse(spark.readStream().text(path), LineTable.TEXT, Origin.FILE);
  }

  /** The columns of lines that stand in a string column, behind the data's other columns. */
  public Dataset<Row> parse(Dataset<?> data, String column) {
    return parse(data, column, Origin.COLUMN);
  }

  private Dataset<Row> parse(Dataset<?> data, String column, Origin origin) {
    LineTable table = new LineTable("SvmLightLines", schema(), parser, policy);
    Dataset<Row> lines = table.lines(data, column);
    Column line = MadeColumn.at(lines, table.place(data, column));
    Dataset<Row> records = lines.where(line.isNull().or(line.rlike(NO_RECORD).equalTo(false)));
    return table.parse(data, column, records, line, origin);
  }

  private static StructField vector(String name, int size) {
    return new StructField(
        name, SQLDataTypes.VectorType(), true, new AttributeGroup(name, size).toMetadata());
  }

  private static void requirePositive(String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but is " + count);
    }
  }
}
