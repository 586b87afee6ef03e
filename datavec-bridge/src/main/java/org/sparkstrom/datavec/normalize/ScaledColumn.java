// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * One column's scaling as a Spark column function, for batches and streams. Every container of
 * numbers takes the same path, so the same features give the same bits from a number, an array, a
 * dense or a sparse vector.
 *
 * @param name the column, for messages
 * @param kind how it holds its features
 * @param scaledType the type of the result
 * @param scaling the statistics
 * @param direction forward or back
 * @param handleInvalid what becomes of a null, of NaN and infinite entries, and of a wrong length
 */
record ScaledColumn(
    String name,
    FeatureColumn kind,
    DataType scaledType,
    Scaling scaling,
    Direction direction,
    HandleInvalid handleInvalid)
    implements UDF1<Object, Object> {

  /** Which way a model scales. */
  enum Direction {
    NORMALIZE("normalize"),
    REVERT("revert");

    private final String paramValue;

    Direction(String paramValue) {
      this.paramValue = paramValue;
    }

    String paramValue() {
      return paramValue;
    }
  }

  /** The scaled column. */
  Column of(Column column) {
    return functions.udf(this, scaledType).apply(column);
  }

  /** Whether the column's cell can be scaled. */
  Column isValid(Column column) {
    UDF1<Object, Boolean> check = (UDF1<Object, Boolean> & Serializable) this::isValidCell;
    return functions.udf(check, DataTypes.BooleanType).apply(column);
  }

  private boolean isValidCell(Object cell) {
    if (cell == null) {
      return false;
    }
    double[] row = kind.read(cell);
    return FeatureColumn.areFinite(row) && fits(row);
  }

  private boolean fits(double[] row) {
    return scaling.width() == Scaling.ANY_WIDTH || row.length == scaling.width();
  }

  @Override
  public Object call(Object cell) {
    boolean strict = handleInvalid == HandleInvalid.ERROR;
    double[] row = cell == null ? null : kind.read(cell);
    if (strict && (row == null || !FeatureColumn.areFinite(row))) {
      throw new IllegalArgumentException(
          "column '%s' must hold finite numbers, but a row has %s; set handleInvalid to 'skip' or"
                  .formatted(name, brief(cell))
              + " 'keep', or fill it in first");
    }
    if (row != null && strict && !fits(row)) {
      throw new IllegalArgumentException(
          "column '%s' must have %d features, as it was fitted, but a row has %d: %s; fit again, or"
                  .formatted(name, scaling.width(), row.length, brief(cell))
              + " set handleInvalid to 'skip' or 'keep'");
    }
    if (row == null || !fits(row)) {
      return null;
    }
    if (direction == Direction.NORMALIZE) {
      scaling.apply(row);
    } else {
      scaling.revert(row);
    }
    return kind.write(row, scaledType);
  }

  private static String brief(Object cell) {
    String text = String.valueOf(cell);
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
