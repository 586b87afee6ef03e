// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What an analysis found, as a value: it can be kept as JSON and later be compared with an analysis
 * of newer data. Immutable.
 *
 * @param columns the columns, in the order they were asked for
 * @param leftOut columns of types that cannot be analysed, with the type; empty if columns were
 *     named
 */
public record DataAnalysis(List<ColumnAnalysis> columns, List<String> leftOut) {
  /** Keeps the lists from changing. */
  public DataAnalysis {
    columns = List.copyOf(columns);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Analyses a DataFrame, in one pass over it.
   *
   * @throws IllegalArgumentException if a named column is missing, there twice, or of a type that
   *     cannot be analysed; before any job
   */
  public static DataAnalysis of(Dataset<?> data, AnalysisPlan plan) {
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          "an analysis needs data that ends, but this is a stream; analyse each batch of it in"
              + " foreachBatch");
    }
    StructField[] fields = data.schema().fields();
    List<Integer> places = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    if (plan.columns().isEmpty()) {
      for (int i = 0; i < fields.length; i++) {
        if (ValueKind.find(fields[i].dataType()).isPresent()) {
          places.add(i);
        } else {
          leftOut.add(fields[i].name() + " " + fields[i].dataType().catalogString());
        }
      }
    } else {
      places = places(data.schema(), plan.columns());
    }
    if (places.isEmpty()) {
      throw new IllegalArgumentException(
          "an analysis needs a column of numbers, texts, booleans or times, but the DataFrame has "
              + data.schema().catalogString()
              + "; cast one first");
    }
    List<ValueKind> kinds =
        places.stream().map(i -> ValueKind.find(fields[i].dataType()).orElseThrow()).toList();
    List<ColumnSketch> sketches = new AnalysisPass(kinds, plan).run(data, places);
    List<ColumnAnalysis> columns = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      StructField field = fields[places.get(i)];
      columns.add(sketches.get(i).finish(field.name(), field.dataType().catalogString()));
    }
    return new DataAnalysis(columns, leftOut);
  }

  static List<Integer> places(StructType schema, List<String> columns) {
    List<String> names = Arrays.asList(schema.fieldNames());
    List<Integer> places = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String name : columns) {
      int place = names.indexOf(name);
      if (place < 0) {
        problems.add("column '" + name + "' is missing");
      } else if (place != names.lastIndexOf(name)) {
        problems.add("column '" + name + "' occurs more than once");
      } else if (ValueKind.find(schema.fields()[place].dataType()).isEmpty()) {
        problems.add(
            "column '%s' is %s, but must be a number, string, boolean, date or timestamp"
                .formatted(name, schema.fields()[place].dataType().catalogString()));
      }
      places.add(place);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the DataFrame does not fit the analysis: "
              + String.join("; ", problems)
              + ". The DataFrame has "
              + names
              + "; names are case-sensitive");
    }
    return places;
  }

  /** The analysis of the column of this name. */
  public Optional<ColumnAnalysis> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** One row for each column: see {@link AnalysisTable}. */
  public Dataset<Row> toDataFrame(SparkSession spark) {
    return AnalysisTable.of(this, spark);
  }

  /** All of it as JSON, for {@link #fromJson}. */
  public String toJson() {
    return AnalysisJson.write(this);
  }

  /**
   * An analysis from its JSON.
   *
   * @throws IllegalArgumentException if the text is not the JSON of an analysis, or cannot be true
   */
  public static DataAnalysis fromJson(String json) {
    return AnalysisJson.read(json);
  }

  /** A page with tables and plots that needs no network: see {@link AnalysisPage}. */
  public String toHtml() {
    return AnalysisPage.write(this, Optional.empty());
  }

  /** The same page with the drift against the earlier analysis. */
  public String toHtml(DataAnalysis earlier) {
    return AnalysisPage.write(this, Optional.of(driftFrom(earlier)));
  }

  /** How far the columns have moved since an earlier analysis. */
  public DriftReport driftFrom(DataAnalysis earlier) {
    return DriftReport.of(earlier, this);
  }
}
