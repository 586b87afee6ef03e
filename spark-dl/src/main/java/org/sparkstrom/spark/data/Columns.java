// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Arrays;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds columns in a schema, with errors that say what is there instead. */
public final class Columns {

  private Columns() {}

  /**
   * Place of a column.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists those that
   *     exist
   */
  public static int indexOf(StructType schema, String role, String name) {
    return indexOf(schema, role, name, role + "Col");
  }

  /** The same where a setting of this name, of which the error tells, names the column. */
  public static int indexOf(StructType schema, String role, String name, String setting) {
    String[] names = schema.fieldNames();
    int index = Arrays.asList(names).indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "%s column '%s' does not exist; the columns are %s. Set %s, or rename the column."
              .formatted(role, name, Arrays.toString(names), setting));
    }
    return index;
  }

  /**
   * Place of a column that holds numbers. The error begins with the words of Spark's own stages.
   *
   * @throws IllegalArgumentException if there is none of that name or it is of another type
   */
  public static int numericIndexOf(StructType schema, String role, String name) {
    int index = indexOf(schema, role, name);
    StructField field = schema.fields()[index];
    if (!(field.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "Column %s must be of type numeric but was actually of type %s. Cast the %s column%s."
              .formatted(
                  name,
                  field.dataType().catalogString(),
                  role,
                  role.equals(ClassReader.ROLE)
                      ? ", or index it first (StringIndexer, or stringLabels = index of NetworkClassifier)"
                      : ""));
    }
    return index;
  }
}
