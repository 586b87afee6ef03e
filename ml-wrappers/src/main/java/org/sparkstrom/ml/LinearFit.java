// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassifierParams;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.sparkstrom.ml.linear.InterceptUse;
import org.sparkstrom.ml.linear.LinearLoss;
import org.sparkstrom.ml.linear.LinearRow;
import org.sparkstrom.ml.linear.LinearWeights;
import org.sparkstrom.ml.linear.ParameterMixing;
import org.sparkstrom.ml.linear.RowSurvey;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.PredictionColumns;

/** One fit of an {@link AveragedLinear}: from columns to rows, and from rows to weights. */
final class LinearFit {
  private static final int MAX_CLASSES = 1 << 20;

  private final AveragedLinear stage;
  private final Optional<LinearWeights> initial;

  LinearFit(AveragedLinear stage, Optional<LinearWeights> initial) {
    this.stage = stage;
    this.initial = initial;
  }

  /** Checks the columns, and gives the schema with those that the model will append. */
  StructType outputSchema(StructType schema) {
    requireVectors(schema, stage.getFeaturesCol());
    Columns.numericIndexOf(schema, "label", stage.getLabelCol());
    weightCol().ifPresent(name -> Columns.numericIndexOf(schema, "weight", name));
    if (stage.getClassCount() == 1) {
      throw new IllegalArgumentException(
          "%s must have a classCount of at least 2, or 0 to find it, but has 1; raise it"
              .formatted(stage.uid()));
    }
    int classes = knownClasses(schema);
    int declared = declared(Attribute.fromStructField(schema.apply(stage.getLabelCol())));
    if (declared > classes) {
      throw new IllegalArgumentException(
          "label column '%s' must have at most %d classes, but has %d; raise classCount"
              .formatted(stage.getLabelCol(), classes, declared));
    }
    if (classes > 0) {
      return columns(stage, classes).appendTo(schema);
    }
    List<StructField> fields =
        columns(stage, Math.max(2, thresholds())).fields().stream()
            .map(field -> field.copy(field.name(), field.dataType(), false, Metadata.empty()))
            .toList();
    return PredictionColumns.append(schema, fields);
  }

  /** The columns that a linear classifier with these Params appends. */
  static ClassificationColumns columns(ProbabilisticClassifierParams stage, int classCount) {
    List<Double> thresholds =
        stage.isDefined(stage.thresholds())
            ? Arrays.stream(stage.getThresholds()).boxed().toList()
            : List.of();
    return new ClassificationColumns(
        stage.getRawPredictionCol(),
        stage.getProbabilityCol(),
        stage.getPredictionCol(),
        classCount,
        thresholds);
  }

  /** As many as there are thresholds, while the number of classes is not known. */
  private int thresholds() {
    return stage.isDefined(stage.thresholds()) ? stage.getThresholds().length : 0;
  }

  static void requireVectors(StructType schema, String column) {
    int index = Columns.indexOf(schema, "features", column);
    DataType type = schema.fields()[index].dataType();
    if (!type.equals(SQLDataTypes.VectorType())) {
      throw new IllegalArgumentException(
          "features column '%s' must be a vector, but is %s; assemble it first (VectorAssembler)"
              .formatted(column, type.catalogString()));
    }
  }

  /** The metadata of a vector column may tell its size. */
  static void requireSize(StructType schema, String column, int features) {
    int declared = AttributeGroup.fromStructField(schema.apply(column)).size();
    if (declared >= 0 && declared != features) {
      throw new IllegalArgumentException(
          "features column '%s' must have %d features as the model, but has %d; make it as for the fit"
              .formatted(column, features, declared));
    }
  }

  private Optional<String> weightCol() {
    return stage.isDefined(stage.weightCol())
        ? Optional.of(stage.getWeightCol()).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  /** The number of classes by Param, initial model or metadata of the label; 0 for none of them. */
  private int knownClasses(StructType schema) {
    if (stage.getClassCount() > 0) {
      return stage.getClassCount();
    }
    return initial
        .map(LinearWeights::classes)
        .orElseGet(() -> declared(Attribute.fromStructField(schema.apply(stage.getLabelCol()))));
  }

  private static int declared(Attribute label) {
    if (label instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      return Math.max(2, (int) nominal.getNumValues().get());
    }
    return label instanceof BinaryAttribute ? 2 : 0;
  }

  LinearWeights run(Dataset<?> data) {
    JavaRDD<LinearRow> rows = rows(data).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      RowSurvey survey = RowSurvey.of(rows);
      int known = knownClasses(data.schema());
      int classes = known > 0 ? known : Math.max(2, survey.classes());
      if (survey.classes() > classes) {
        throw new IllegalArgumentException(
            "labels must be below the number of classes, %d, but column '%s' has %d; raise classCount"
                .formatted(classes, stage.getLabelCol(), survey.classes() - 1));
      }
      columns(stage, classes); // thresholds must be one a class
      LinearWeights from = initial.orElseGet(() -> LinearWeights.zero(classes, survey.features()));
      if (from.classes() != classes || from.features() != survey.features()) {
        throw new IllegalArgumentException(
            "an initial model must have %d classes and %d features as the rows have, but has %d and %d; train a new one"
                .formatted(classes, survey.features(), from.classes(), from.features()));
      }
      return ParameterMixing.train(rows, from, survey.weight(), settings());
    } finally {
      rows.unpersist(false);
    }
  }

  private ParameterMixing.Settings settings() {
    return new ParameterMixing.Settings(
        ParamChecks.choose("loss", LinearLoss.class, stage.getLoss()),
        stage.getMaxIter(),
        stage.getStepSize(),
        stage.getFitIntercept() ? InterceptUse.FITTED : InterceptUse.NONE,
        stage.getSeed());
  }

  private JavaRDD<LinearRow> rows(Dataset<?> data) {
    Column weight = weightCol().map(name -> column(name).cast("double")).orElse(functions.lit(1.0));
    String names =
        "label column '%s'%s"
            .formatted(
                stage.getLabelCol(),
                weightCol().map(name -> ", weight column '" + name + "'").orElse(""));
    FeaturePolicy policy =
        new FeaturePolicy(stage.getFeaturesCol(), HandleInvalid.of(stage.getHandleInvalid()));
    return data.select(
            column(stage.getLabelCol()).cast("double"), weight, column(stage.getFeaturesCol()))
        .javaRDD()
        .filter(row -> policy.takes(row.getAs(2)))
        .map(row -> row(row, policy, names));
  }

  /** A column by its name, dots and all. */
  static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  private static LinearRow row(Row row, FeaturePolicy policy, String names) {
    if (row.isNullAt(0) || row.isNullAt(1)) {
      throw new IllegalArgumentException(
          "labels and weights must not be null, but there is one in %s; drop or fill them"
              .formatted(names));
    }
    double label = row.getDouble(0);
    double weight = row.getDouble(1);
    if (!(label >= 0 && label < MAX_CLASSES && label == Math.rint(label))) {
      throw new IllegalArgumentException(
          "labels must be whole numbers from 0 to %d, but there is %s in %s; index them first (StringIndexer)"
              .formatted(MAX_CLASSES - 1, label, names));
    }
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "weights must be finite and at least 0, but there is %s in %s".formatted(weight, names));
    }
    Vector features = row.getAs(2);
    return new LinearRow((int) label, weight, policy.clean(features, 0));
  }
}
