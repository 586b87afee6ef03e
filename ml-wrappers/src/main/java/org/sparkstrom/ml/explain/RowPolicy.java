// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * What becomes of a row that cannot be explained.
 *
 * @param uid of the stage, for people
 * @param columns the explained columns, for people
 * @param handleInvalid the policy
 */
record RowPolicy(String uid, String columns, HandleInvalid handleInvalid) implements Serializable {

  /**
   * Whether a refused row stays, without an explanation.
   *
   * @throws IllegalArgumentException under the policy error
   */
  boolean keeps(RefusedValueException refusal, RowNumber row) {
    if (handleInvalid == HandleInvalid.ERROR) {
      throw new IllegalArgumentException(
          "%s: %s, column %s, cannot be explained: %s; clean it, or set handleInvalid to skip or keep"
              .formatted(uid, row, columns, refusal.getMessage()),
          refusal);
    }
    return handleInvalid == HandleInvalid.KEEP;
  }
}
