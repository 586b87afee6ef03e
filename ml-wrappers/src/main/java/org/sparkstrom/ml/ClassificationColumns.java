// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.inference.OutputColumns;

/**
 * The columns that a classifier appends, and the arithmetic behind them: the only place where a
 * network's output becomes probability, raw prediction and prediction.
 *
 * <p>The softmax output, float32, is normalized in float64 to the probability p. The raw prediction
 * is ln p, with p held at the smallest positive float32 from below, so softmax(raw) = p.
 *
 * @param rawPrediction name of the raw prediction's column; empty for none
 * @param probability name of the probability's column; empty for none
 * @param prediction name of the prediction's column; empty for none
 * @param classCount number of classes
 * @param thresholds one per class, or empty for none
 * @param predictedLabel name of the predicted label's column; empty for none
 * @param labels of the first classes, or empty if they have none
 */
record ClassificationColumns(
    String rawPrediction,
    String probability,
    String prediction,
    int classCount,
    List<Double> thresholds,
    String predictedLabel,
    List<String> labels)
    implements OutputColumns {

  ClassificationColumns {
    thresholds = List.copyOf(thresholds);
    if (!thresholds.isEmpty() && thresholds.size() != classCount) {
      throw new IllegalArgumentException(
          "thresholds must be one per class, but there are %d thresholds and %d classes"
              .formatted(thresholds.size(), classCount));
    }
    labels = List.copyOf(labels);
    if (labels.size() > classCount) {
      throw new IllegalArgumentException(
          "labels must be at most one per class, but there are %d labels and %d classes"
              .formatted(labels.size(), classCount));
    }
  }

  /** The columns of classes without labels. */
  ClassificationColumns(
      String rawPrediction,
      String probability,
      String prediction,
      int classCount,
      List<Double> thresholds) {
    this(rawPrediction, probability, prediction, classCount, thresholds, "", List.of());
  }

  /** The same with a column for the label, whatever the labels will be. */
  ClassificationColumns withLabelColumn(String name) {
    return new ClassificationColumns(
        rawPrediction, probability, prediction, classCount, thresholds, name, labels);
  }

  @Override
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    if (!rawPrediction.isEmpty()) {
      fields.add(new AttributeGroup(rawPrediction, classCount).toStructField());
    }
    if (!probability.isEmpty()) {
      fields.add(new AttributeGroup(probability, classCount).toStructField());
    }
    if (!prediction.isEmpty()) {
      NominalAttribute classes = NominalAttribute.defaultAttr().withName(prediction);
      fields.add(
          (labels.size() == classCount
                  ? classes.withValues(labels.toArray(new String[0]))
                  : classes.withNumValues(classCount))
              .toStructField());
    }
    if (!predictedLabel.isEmpty()) {
      fields.add(DataTypes.createStructField(predictedLabel, DataTypes.StringType, true));
    }
    return fields;
  }

  @Override
  public Object[] values(float[] output) {
    double[] p = probabilities(output);
    List<Object> values = new ArrayList<>(4);
    if (!rawPrediction.isEmpty()) {
      values.add(rawPrediction(p));
    }
    if (!probability.isEmpty()) {
      values.add(Vectors.dense(p));
    }
    if (!prediction.isEmpty()) {
      values.add(prediction(p));
    }
    if (!predictedLabel.isEmpty()) {
      int best = (int) prediction(p);
      values.add(best < labels.size() ? labels.get(best) : null);
    }
    return values.toArray();
  }

  /** The output for one row as probabilities that sum to 1 in float64. */
  static double[] probabilities(float[] output) {
    double sum = 0;
    for (float value : output) {
      sum += value;
    }
    double[] p = new double[output.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = output[i] / sum;
    }
    return p;
  }

  /** ln p, finite. */
  static Vector rawPrediction(double[] p) {
    double[] raw = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      raw[i] = Math.log(Math.max(p[i], Float.MIN_VALUE));
    }
    return Vectors.dense(raw);
  }

  /**
   * The class with the highest p / threshold, the first of equals; without thresholds, the highest
   * p. A threshold of 0 wins over all others, unless its p is 0 too.
   */
  double prediction(double[] p) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < p.length; i++) {
      double scaled = thresholds.isEmpty() ? p[i] : p[i] / thresholds.get(i);
      if (scaled > highest) {
        highest = scaled;
        best = i;
      }
    }
    return best;
  }
}
