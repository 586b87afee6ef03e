// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names the columns that training reads.
 *
 * <p>What a column may hold follows from the network. Features of a flat input: a vector, an array
 * of numbers, or one number; of a sequence: an array of vectors or of arrays, or an array of
 * numbers if a step is one number; of an image: a flat column, or arrays nested as
 * [channel][row][column]. Labels of a softmax output: the class index, 0-based, or an array of them
 * for a sequence; of any other output: its numbers, stored as features are. A column may be read by
 * several inputs and outputs: the labels of an autoencoder are its features.
 *
 * @param features a column for each input of the network, in its order
 * @param labels a column for each output of the network, in its order
 * @param weight column of the rows' weights, numbers that are at least 0; empty for none
 * @param validationIndicator column of booleans; rows in which it is true are not trained on but
 *     kept for validation; empty for none
 */
public record ColumnBinding(
    List<String> features, List<String> labels, String weight, String validationIndicator)
    implements Serializable {

  private static final String NONE = "";

  public ColumnBinding {
    features = List.copyOf(features);
    labels = List.copyOf(labels);
    Map<String, String> roles = new HashMap<>();
    features.forEach(name -> roles.put(name, "features"));
    labels.forEach(name -> roles.putIfAbsent(name, "label"));
    claim(roles, weight, "weight");
    claim(roles, validationIndicator, "validation indicator");
    if (features.isEmpty() || labels.isEmpty()) {
      throw new IllegalArgumentException(
          "at least one features and one label column must be named, but features are %s and labels %s"
              .formatted(features, labels));
    }
  }

  private static void claim(Map<String, String> roles, String name, String role) {
    String other = name.equals(NONE) ? null : roles.putIfAbsent(name, role);
    if (other != null) {
      throw new IllegalArgumentException(
          "%s and %s must be two columns, but both are '%s'".formatted(other, role, name));
    }
  }

  /** The columns of a network with one input and one output; neither weights nor validation. */
  public ColumnBinding(String features, String label) {
    this(List.of(features), List.of(label));
  }

  /** The columns of a network's inputs and outputs; neither weights nor validation. */
  public ColumnBinding(List<String> features, List<String> labels) {
    this(features, labels, NONE, NONE);
  }

  /** The same columns, and one of weights. */
  public ColumnBinding withWeight(String column) {
    return new ColumnBinding(features, labels, column, validationIndicator);
  }

  /** The same columns, and one that tells which rows are for validation. */
  public ColumnBinding withValidationIndicator(String column) {
    return new ColumnBinding(features, labels, weight, column);
  }

  /** The column of weights, if there is one. */
  public Optional<String> weightColumn() {
    return Optional.of(weight).filter(name -> !name.equals(NONE));
  }

  /** The column that tells which rows are for validation, if there is one. */
  public Optional<String> validationColumn() {
    return Optional.of(validationIndicator).filter(name -> !name.equals(NONE));
  }
}
