// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ParamRules;

/**
 * The Params that an estimator and its model share. Made by the stage once it knows its uid,
 * because a Param takes its parent's uid when it is made.
 *
 * @param inputCols the columns to scale, no default
 * @param outputCols the scaled columns; unset, they replace the input columns in place
 * @param handleInvalid error (default), skip or keep
 */
record ColumnParams(
    StringArrayParam inputCols, StringArrayParam outputCols, Param<String> handleInvalid)
    implements Serializable {

  static ColumnParams of(Params stage) {
    ColumnParams made =
        new ColumnParams(
            new StringArrayParam(
                stage,
                "inputCols",
                "columns to scale: numbers, arrays of numbers or ml Vectors",
                ParamRules.that(names -> Columns.requireDistinct("inputCols", names))),
            new StringArrayParam(
                stage,
                "outputCols",
                "names of the scaled columns, one for each input column; unset, they replace the"
                    + " input columns",
                ParamRules.that(names -> Columns.requireDistinct("outputCols", names))),
            new Param<>(
                stage,
                "handleInvalid",
                "what becomes of a null, NaN or infinite entry: error (the job fails), skip (the row"
                    + " is left out), keep (a fit leaves the entry out; null and NaN stay as they"
                    + " are)",
                ParamRules.that(HandleInvalid::of)));
    stage.setDefault(made.handleInvalid, HandleInvalid.ERROR.paramValue());
    return made;
  }
}
