// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.io.IOException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * A {@link ColumnFunction} under a policy, as Spark calls it: gives the value or the reason why
 * there is none.
 *
 * @param place stage and column, for people
 */
record GuardedFunction(String place, ColumnFunction function, HandleInvalid policy)
    implements UDF2<Object, String, Row> {
  static final String VALUE = "value";
  static final String REASON = "reason";
  private static final int MAX_VALUE_CHARS = 80;

  /** The columns of what {@link #call} gives. */
  static StructType resultType(DataType value) {
    return new StructType().add(VALUE, value).add(REASON, DataTypes.StringType);
  }

  /**
   * @param origin what to call the value in an error, or null: then it is shown itself
   */
  @Override
  public Row call(Object value, String origin) throws IOException {
    try {
      if (value == null) {
        throw new RefusedValueException("the value is null");
      }
      return RowFactory.create(function.apply(value), null);
    } catch (RefusedValueException e) {
      if (policy == HandleInvalid.ERROR) {
        throw new RefusedValueException(describe(e, value, origin), e);
      }
      return RowFactory.create(null, e.getMessage());
    }
  }

  private String describe(RefusedValueException e, Object value, String origin) {
    String shown = origin == null ? show(value) : origin;
    return place
        + ", "
        + shown
        + ": "
        + e.getMessage()
        + "; correct or filter such rows, or set handleInvalid to skip (leave the row out) or keep"
        + " (null)";
  }

  private static String show(Object value) {
    String text = value instanceof byte[] bytes ? bytes.length + " bytes" : "value '" + value + "'";
    return text.length() <= MAX_VALUE_CHARS ? text : text.substring(0, MAX_VALUE_CHARS) + "...";
  }
}
