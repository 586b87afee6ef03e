// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.HandleInvalid;

/**
 * A label column of strings as class indices, so that a classifier can be fitted without a
 * StringIndexer before it and an IndexToString behind it.
 *
 * @param labels the string of each class, in the order of the network's outputs
 * @param found whether they are those of the column, and so all that it has
 */
record StringLabels(List<String> labels, boolean found) {

  private static final String INDEXED = "label";

  /** What a fit does with a label column of strings. */
  enum Policy {
    /** An error, as of Spark's own classifiers. */
    REFUSE,
    /** Each string is a class. */
    INDEX
  }

  StringLabels {
    labels = List.copyOf(labels);
  }

  /** Whether the stage's label column is one of strings that it is to index. */
  static boolean apply(NetworkClassifier stage, StructType schema) {
    return isIndexing(stage)
        && Arrays.asList(schema.fieldNames()).contains(stage.getLabelCol())
        && schema.apply(stage.getLabelCol()).dataType().equals(DataTypes.StringType);
  }

  /** Whether the stage is to index a label column of strings. */
  static boolean isIndexing(NetworkClassifier stage) {
    return ParamChecks.choose("stringLabels", Policy.class, stage.getStringLabels())
        == Policy.INDEX;
  }

  /** The schema that the data has when its labels are indexed. */
  static StructType indexed(NetworkClassifier stage, StructType schema) {
    if (!apply(stage, schema)) {
      return schema;
    }
    StructField[] fields = schema.fields().clone();
    int place = schema.fieldIndex(stage.getLabelCol());
    fields[place] = DataTypes.createStructField(stage.getLabelCol(), DataTypes.DoubleType, true);
    return new StructType(fields);
  }

  /**
   * The labels that the stage knows, or else those of the column, the most frequent first and
   * equals by the alphabet. Runs a job if it must look.
   *
   * @param classCount classes that the network has
   * @throws IllegalArgumentException if there are more labels than classes, or none
   */
  static StringLabels of(NetworkClassifier stage, Dataset<?> data, int classCount) {
    List<String> labels = stage.knownLabels();
    boolean unknown = labels.isEmpty();
    if (unknown) {
      Dataset<Row> strings = data.select(quoted(stage.getLabelCol()).as(INDEXED)).na().drop();
      labels =
          List.of(
              new StringIndexer()
                  .setInputCol(INDEXED)
                  .setOutputCol("index")
                  .setStringOrderType("frequencyDesc")
                  .fit(strings)
                  .labelsArray()[0]);
    }
    if (labels.isEmpty() || labels.size() > classCount) {
      throw new IllegalArgumentException(
          "label column '%s' must have from 1 to %d labels, as the network has %d outputs, but has %d: %s; give the output layer as many outputs"
              .formatted(
                  stage.getLabelCol(), classCount, classCount, labels.size(), first(labels)));
    }
    return new StringLabels(labels, unknown);
  }

  /** The first few, for messages. */
  static List<String> first(List<String> labels) {
    List<String> some = new ArrayList<>(labels.subList(0, Math.min(5, labels.size())));
    if (some.size() < labels.size()) {
      some.add("...");
    }
    return some;
  }

  /**
   * The data with class indices in place of the strings.
   *
   * @throws IllegalArgumentException if a row has a label that is not among these, unless the stage
   *     skips such rows; finding out runs a job if the labels were known before
   */
  Dataset<Row> index(NetworkClassifier stage, Dataset<?> data) {
    Column column = quoted(stage.getLabelCol());
    boolean skip = HandleInvalid.of(stage.getHandleInvalid()) == HandleInvalid.SKIP;
    if (!found && !skip) {
      requireKnown(stage.getLabelCol(), data.select(column.as(INDEXED)));
    }
    Map<String, Double> indices = new HashMap<>();
    for (String label : labels) {
      indices.put(label, (double) indices.size());
    }
    UDF1<String, Double> index = indices::get; // null for null and for what is not known
    return data.withColumn(
        stage.getLabelCol(), functions.udf(index, DataTypes.DoubleType).apply(column));
  }

  private void requireKnown(String name, Dataset<Row> strings) {
    Column string = functions.col(INDEXED);
    List<Row> unknown =
        strings
            .where(string.isNotNull().and(functions.not(string.isin(labels.toArray()))))
            .takeAsList(1);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "label column '%s' has '%s', which is none of the labels %s; add it to labels, or set handleInvalid to 'skip' to leave such rows out"
              .formatted(name, unknown.get(0).getString(0), first(labels)));
    }
  }

  private static Column quoted(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}
