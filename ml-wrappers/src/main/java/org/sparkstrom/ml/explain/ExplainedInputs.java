// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.RefusedValueException;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * The explained columns of a stage, held against the schema of the data and the background. All
 * that does not fit is refused here, on the driver, with an IllegalArgumentException.
 */
final class ExplainedInputs {
  private final Explainer<?> stage;
  private final List<StructField> fields;
  private final List<Integer> places;

  private ExplainedInputs(Explainer<?> stage, List<StructField> fields, List<Integer> places) {
    this.stage = stage;
    this.fields = fields;
    this.places = places;
  }

  /** The explained columns among those of a schema. */
  static ExplainedInputs of(Explainer<?> stage, StageSchema schema) {
    boolean single = stage.isSet(stage.inputCol());
    if (single == stage.isSet(stage.inputCols())) {
      throw new IllegalArgumentException(
          "%s must have either inputCol or inputCols, but has %s; call setInputCol for a column of features, or setInputCols for columns that are features"
              .formatted(stage.uid(), single ? "both" : "neither"));
    }
    String param = single ? "inputCol" : "inputCols";
    List<String> names =
        single ? List.of(stage.getInputCol()) : Arrays.asList(stage.getInputCols());
    return new ExplainedInputs(
        stage,
        names.stream().map(name -> schema.field(param, name)).toList(),
        names.stream().map(name -> schema.place(param, name)).toList());
  }

  /** Where the columns stand in the data. */
  List<Integer> places() {
    return places;
  }

  /** The names, for people. */
  String names() {
    return "'" + String.join("', '", fields.stream().map(StructField::name).toList()) + "'";
  }

  boolean areFeatures() {
    return stage.getComponents().equals(PartParamSet.FEATURES);
  }

  private boolean single() {
    return stage.isSet(stage.inputCol());
  }

  /** How a row is taken apart. */
  Components components() {
    return switch (stage.getComponents()) {
      case PartParamSet.WORDS -> words();
      case PartParamSet.PATCHES -> patches();
      default -> features();
    };
  }

  /** How many parts each row has; empty if that is each row's own. */
  Optional<Integer> partCount() {
    return switch (stage.getComponents()) {
      case PartParamSet.WORDS -> Optional.empty();
      case PartParamSet.PATCHES -> Optional.of(patches().patchCount());
      default -> Optional.of(single() ? numbers().count() : fields.size());
    };
  }

  private Components features() {
    if (single()) {
      NumericInputs numbers = numbers();
      return new VectorComponents(numbers, numericBackground(numbers));
    }
    List<Integer> found = backgroundPlaces();
    for (int i = 0; i < fields.size(); i++) {
      StructField known = stage.background().field(found.get(i));
      if (!known.dataType().equals(fields.get(i).dataType())) {
        throw refused(
            fields.get(i),
            "of type %s, as in the background".formatted(known.dataType().catalogString()),
            "cast it");
      }
    }
    return new ColumnComponents(stage.background().values(found));
  }

  private List<Integer> backgroundPlaces() {
    if (stage.background().isNone()) {
      throw new IllegalArgumentException(
          "%s must have a background to explain features, but has none; make it by ofFeatures"
              .formatted(stage.uid()));
    }
    return fields.stream().map(f -> stage.background().place(stage.uid(), f.name())).toList();
  }

  /** The columns as numbers, as many as the background has. */
  NumericInputs numbers() {
    if (single()) {
      NumericInputs.Layout layout = layout();
      int count = first(backgroundPlaces().get(0)).length;
      if (count == 0) {
        throw badBackground(0, "it must have features, but has none", null);
      }
      requireDeclared(count);
      return new NumericInputs(layout, count);
    }
    for (StructField field : fields) {
      if (!field.dataType().equals(DataTypes.DoubleType)) {
        throw refused(field, "of type double for LIME, which moves it by fractions", "cast it");
      }
    }
    return new NumericInputs(NumericInputs.Layout.COLUMNS, fields.size());
  }

  private NumericInputs.Layout layout() {
    StructField field = fields.get(0);
    return NumericInputs.layout(field.dataType())
        .orElseThrow(
            () ->
                refused(
                    field,
                    "a vector or an array of doubles or floats",
                    "set inputCols for columns that are features each"));
  }

  private double[] first(int place) {
    return ofBackground(stage.background().values(List.of(place))[0], 0);
  }

  private double[] ofBackground(Object[] row, int number) {
    try {
      return row.length == 1 && single()
          ? NumericInputs.numbers(row[0])
          : new NumericInputs(NumericInputs.Layout.COLUMNS, row.length).read(row);
    } catch (RefusedValueException e) {
      throw badBackground(number, e.getMessage(), e);
    } catch (ClassCastException e) {
      throw badBackground(number, "it must hold numbers, but holds " + Arrays.toString(row), e);
    }
  }

  private IllegalArgumentException badBackground(int row, String reason, Throwable cause) {
    return new IllegalArgumentException(
        "%s: row %d of the background, column %s: %s; leave it out, or mend it"
            .formatted(stage.uid(), row, names(), reason),
        cause);
  }

  /** The background's numbers: [rows][features]. */
  double[][] numericBackground(NumericInputs inputs) {
    Object[][] rows = stage.background().values(backgroundPlaces());
    double[][] numbers = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      numbers[i] = ofBackground(rows[i], i);
      if (numbers[i].length != inputs.count()) {
        throw badBackground(
            i,
            "it must have %d features, as row 0, but has %d"
                .formatted(inputs.count(), numbers[i].length),
            null);
      }
    }
    return numbers;
  }

  private void requireDeclared(int count) {
    StructField field = fields.get(0);
    int declared = declaredSize();
    if (declared >= 0 && declared != count) {
      throw new IllegalArgumentException(
          "%s: column '%s' must have as many features as it has in the background, but has %d, and there %d; take a background of the same features"
              .formatted(stage.uid(), field.name(), declared, count));
    }
  }

  private WordComponents words() {
    if (!single() || !fields.get(0).dataType().equals(DataTypes.StringType)) {
      throw refused(fields.get(0), "one column of type string, for words", "set it as inputCol");
    }
    return new WordComponents(Pattern.compile(stage.getWordPattern()), stage.getMaskWord());
  }

  private PatchComponents patches() {
    if (!single()) {
      throw refused(fields.get(0), "one column of pixels", "set it as inputCol");
    }
    for (var param : List.of(stage.imageHeight(), stage.imageWidth(), stage.imageChannels())) {
      if (!stage.isSet(param)) {
        throw new IllegalArgumentException(
            "%s must have imageHeight, imageWidth and imageChannels to explain images, but has no %s; set it"
                .formatted(stage.uid(), param.name()));
      }
    }
    PatchComponents.Shape shape =
        new PatchComponents.Shape(
            stage.getImageHeight(), stage.getImageWidth(), stage.getImageChannels());
    NumericInputs inputs = new NumericInputs(layout(), shape.size());
    requireDeclaredPixels(shape.size());
    return new PatchComponents(inputs, shape, stage.getPatchSize());
  }

  private int declaredSize() {
    return layout() == NumericInputs.Layout.VECTOR
        ? AttributeGroup.fromStructField(fields.get(0)).size()
        : -1;
  }

  private void requireDeclaredPixels(int size) {
    StructField field = fields.get(0);
    int declared = declaredSize();
    if (declared >= 0 && declared != size) {
      throw new IllegalArgumentException(
          "%s: imageHeight * imageWidth * imageChannels must be the size of column '%s', but are %d * %d * %d = %d, and it has %d; set them to the images' shape"
              .formatted(
                  stage.uid(),
                  field.name(),
                  stage.getImageHeight(),
                  stage.getImageWidth(),
                  stage.getImageChannels(),
                  size,
                  declared));
    }
  }

  private IllegalArgumentException refused(StructField field, String rule, String remedy) {
    return new IllegalArgumentException(
        "%s: column '%s' must be %s, but is %s; %s"
            .formatted(stage.uid(), field.name(), rule, field.dataType().catalogString(), remedy));
  }
}
