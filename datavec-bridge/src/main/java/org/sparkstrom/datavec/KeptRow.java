// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.udf;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;

/**
 * A filter that every row passes, which Spark's optimizer takes for one that it must not move. It
 * ends a long run of steps under {@link HandleInvalid#KEEP}, so that a filter of the user on its
 * results stays above it.
 */
record KeptRow() implements UDF0<Boolean> {
  static Column column() {
    return udf(new KeptRow(), DataTypes.BooleanType).asNondeterministic().apply();
  }

  @Override
  public Boolean call() {
    return true;
  }
}
