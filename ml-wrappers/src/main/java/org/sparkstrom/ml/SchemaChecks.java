// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassifierParams;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * What a DataFrame's schema and metadata tell about a classifier's columns, checked on the driver
 * before any job. Columns without metadata pass; their rows are checked later.
 */
final class SchemaChecks {

  private SchemaChecks() {}

  /**
   * Checks the number of features that a vector column's metadata declares.
   *
   * @param inputSize number of inputs of the network; -1 if it does not say
   */
  static void featureCount(StructType schema, String column, int inputSize) {
    StructField field = schema.apply(column);
    if (inputSize < 0 || !field.dataType().equals(SQLDataTypes.VectorType())) {
      return;
    }
    int declared = AttributeGroup.fromStructField(field).size();
    if (declared >= 0 && declared != inputSize) {
      throw new IllegalArgumentException(
          ("the network takes %d inputs, but column '%s' has %d features; set the first layer's "
                  + "inputs to %d, or assemble %d features")
              .formatted(inputSize, column, declared, declared, inputSize));
    }
  }

  /** Checks the number of classes that the label column's metadata declares. */
  static void classCount(StructType schema, String column, int outputs) {
    Attribute label = Attribute.fromStructField(schema.apply(column));
    int declared = 0;
    if (label instanceof NominalAttribute nominal) {
      Option<Object> values = nominal.getNumValues();
      declared = values.isDefined() ? (int) values.get() : 0;
    } else if (label instanceof BinaryAttribute) {
      declared = 2;
    }
    if (declared > outputs) {
      throw new IllegalArgumentException(
          ("the network has %d outputs, but label column '%s' has %d classes; give the output "
                  + "layer %d outputs")
              .formatted(outputs, column, declared, declared));
    }
  }

  /** The columns that a classifier with these Params appends. */
  static <S extends ProbabilisticClassifierParams & ClassifierParams> ClassificationColumns columns(
      S stage, int classCount) {
    return columns(stage, classCount, stage.paramSet().labels(stage));
  }

  /** The same for a stage whose labels, if there are any, are these. */
  static <S extends ProbabilisticClassifierParams & ClassifierParams> ClassificationColumns columns(
      S stage, int classCount, List<String> labels) {
    List<Double> thresholds =
        stage.isDefined(stage.thresholds())
            ? Arrays.stream(stage.getThresholds()).boxed().toList()
            : List.of();
    return new ClassificationColumns(
        stage.getRawPredictionCol(),
        stage.getProbabilityCol(),
        stage.getPredictionCol(),
        classCount,
        thresholds,
        labels.isEmpty() ? "" : stage.getPredictedLabelCol(),
        labels);
  }
}
