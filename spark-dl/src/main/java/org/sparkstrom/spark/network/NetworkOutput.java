// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.Serializable;
import java.util.Objects;

/**
 * One output of a network: its name, what it gives per row, and which labels its loss takes.
 *
 * @param name the name in the graph; {@code output} in a multi-layer network
 * @param form how the values of a row are laid out
 * @param size values per row or per step, or channels of an image
 * @param labels what the label of a row is
 */
public record NetworkOutput(String name, NetworkInput.Form form, int size, LabelKind labels)
    implements Serializable {

  /** What the labels of an output are. */
  public enum LabelKind {
    /** The index of a class, 0 to size - 1, of which a one-hot vector is made: softmax outputs. */
    CLASS_INDEX,
    /** Numbers, as many as the output has values: regression, multi-label and the like. */
    REAL
  }

  public NetworkOutput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(labels, "labels");
    if (size < 1) {
      throw new IllegalArgumentException(
          "the size of an output must be at least 1, but output '%s' has %d; set nOut of its layer"
              .formatted(name, size));
    }
  }

  /** Whether a row, or a step, has a single value that stands for no class. */
  public boolean isNumber() {
    return size == 1 && labels == LabelKind.REAL;
  }

  /** Whether a row, or each step of a sequence, is of a class. */
  public boolean hasClass() {
    return labels == LabelKind.CLASS_INDEX && form != NetworkInput.Form.IMAGE;
  }

  /** Name, shape and labels, for people. */
  public String description() {
    return "'%s' (%s of %d%s%s)"
        .formatted(
            name,
            form.noun(),
            size,
            form == NetworkInput.Form.IMAGE ? " channels" : "",
            labels == LabelKind.CLASS_INDEX ? ", labels are class indices" : "");
  }
}
