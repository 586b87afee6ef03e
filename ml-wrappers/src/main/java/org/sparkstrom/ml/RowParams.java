// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The Params that say what a row counts: its weight, and whether it is for validation.
 *
 * <p>Two of them are Spark's own traits, so that OneVsRest and the like find the columns.
 */
public interface RowParams extends HasWeightCol, HasValidationIndicatorCol {

  /** The Params themselves, made for this stage. */
  NetworkParamSet paramSet();

  /** Param for the column of the rows' weights. No default: all rows weigh 1. */
  @Override
  default Param<String> weightCol() {
    return paramSet().rows.weightCol;
  }

  /** Param for the column of booleans that tells which rows are for validation. No default. */
  @Override
  default Param<String> validationIndicatorCol() {
    return paramSet().rows.validationIndicatorCol;
  }

  /** Param for the share of the rows that is set aside for validation. */
  default DoubleParam validationFraction() {
    return paramSet().rows.validationFraction;
  }

  default double getValidationFraction() {
    return (double) getOrDefault(validationFraction());
  }

  /** Not for users: Spark's trait would put its own Param in place here. */
  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> param) {}

  /** Not for users: Spark's trait would put its own Param in place here. */
  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> param) {}
}
