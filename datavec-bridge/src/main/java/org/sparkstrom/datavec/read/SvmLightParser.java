// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringTokenizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.RefusedValueException;

/** Makes (label or labels, features) of one SVMlight line. */
final class SvmLightParser implements ColumnFunction {
  private static final long serialVersionUID = 1L;
  private static final String SPACES = " \t\r\f";

  private final int features;
  private final IndexBase featuresFrom;
  private final Labels labels;

  /**
   * A parser.
   *
   * @param features entries of the vector
   * @param labels empty where a line has one number as label
   */
  SvmLightParser(int features, IndexBase featuresFrom, Optional<Labels> labels) {
    this.features = features;
    this.featuresFrom = featuresFrom;
    this.labels = labels.orElse(null);
  }

  /** The labels of lines that list several. */
  record Labels(int count, IndexBase from) implements Serializable {}

  int features() {
    return features;
  }

  IndexBase featuresFrom() {
    return featuresFrom;
  }

  Optional<Labels> labels() {
    return Optional.ofNullable(labels);
  }

  @Override
  public Object apply(Object value) {
    String line = (String) value;
    int comment = line.indexOf('#');
    String record = comment < 0 ? line : line.substring(0, comment);
    StringTokenizer tokens = new StringTokenizer(record, SPACES);
    // A line without labels begins with a space, or with its first feature
    boolean unlabelled =
        labels != null && (record.isBlank() || SPACES.indexOf(record.charAt(0)) >= 0);
    String first = unlabelled || !tokens.hasMoreTokens() ? "" : tokens.nextToken();
    if (labels != null && first.contains(":")) {
      return RowFactory.create(labelVector(""), features(new StringTokenizer(record, SPACES)));
    }
    Object label = labels == null ? label(first) : labelVector(first);
    return RowFactory.create(label, features(tokens));
  }

  private static Double label(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new RefusedValueException("the label must be a number, but is '" + text + "'", e);
    }
  }

  private Vector labelVector(String text) {
    double[] each = new double[labels.count()];
    for (String number : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      each[index("label", number, labels.from(), labels.count())] = 1.0;
    }
    return Vectors.dense(each);
  }

  private Vector features(StringTokenizer tokens) {
    int[] indices = new int[tokens.countTokens()];
    double[] values = new double[indices.length];
    int count = 0;
    while (tokens.hasMoreTokens()) {
      String token = tokens.nextToken();
      int colon = token.indexOf(':');
      if (colon < 1) {
        throw new RefusedValueException("a feature must be index:value, but is '" + token + "'");
      }
      String number = token.substring(0, colon);
      if (number.equals("qid")) {
        continue;
      }
      indices[count] = index("feature", number, featuresFrom, features);
      if (count > 0 && indices[count] <= indices[count - 1]) {
        throw new RefusedValueException(
            "indices of features must ascend, but '" + token + "' does not");
      }
      values[count++] = value(token, colon);
    }
    return Vectors.sparse(features, Arrays.copyOf(indices, count), Arrays.copyOf(values, count));
  }

  private static double value(String token, int colon) {
    try {
      return Double.parseDouble(token.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new RefusedValueException("the value of '" + token + "' must be a number", e);
    }
  }

  private static int index(String what, String text, IndexBase from, int count) {
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new RefusedValueException(
          "the index of a " + what + " must be a whole number, but is '" + text + "'", e);
    }
    long index = number - from.first();
    if (index < 0 || index >= count) {
      throw new RefusedValueException(
          "the index of a "
              + what
              + " must be from "
              + from.first()
              + " to "
              + (count - 1 + from.first())
              + ", but is "
              + number);
    }
    return (int) index;
  }
}
