// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that prediction appends, made from all outputs of the network for one row. Travels to
 * the executors, so it must be a record of values; thread-safe.
 */
public interface PredictionColumns extends Serializable {

  /** The appended columns, in order. */
  List<StructField> fields();

  /**
   * Their values for one row, in the order of {@link #fields()}.
   *
   * @param outputs what each output of the network gives, in its order
   */
  Object[] values(List<OutputRow> outputs);

  /**
   * The schema with the columns appended.
   *
   * @throws IllegalArgumentException if one of them exists already
   */
  default StructType appendTo(StructType schema) {
    return append(schema, fields());
  }

  /** The schema with these columns appended; as {@link #appendTo}. */
  static StructType append(StructType schema, List<StructField> fields) {
    StructType result = schema;
    for (StructField field : fields) {
      if (Arrays.asList(result.fieldNames()).contains(field.name())) {
        throw new IllegalArgumentException(
            "output column '%s' exists already; drop it or choose another name"
                .formatted(field.name()));
      }
      result = result.add(field);
    }
    return result;
  }
}
