// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The Params that {@link MissingValues} and its model share. Made by the stage once it knows its
 * uid, because a Param takes its parent's uid when it is made.
 */
record MissingParams(
    StringArrayParam inputCols,
    StringArrayParam outputCols,
    StringArrayParam indicatorCols,
    StringArrayParam groupCols,
    StringArrayParam missingTexts)
    implements Serializable {

  static MissingParams of(Params stage) {
    MissingParams made =
        new MissingParams(
            new StringArrayParam(
                stage,
                MissingColumns.INPUTS,
                "columns to fill: numbers, text, booleans, dates or timestamps"),
            new StringArrayParam(
                stage, "outputCols", "filled columns to append, one for each input column"),
            new StringArrayParam(
                stage,
                "indicatorCols",
                "boolean columns to append, one for each input column, that say where it had no"
                    + " value; empty for none"),
            new StringArrayParam(
                stage,
                MissingColumns.GROUPS,
                "columns whose values make groups of rows, each with fill values of its own; a group"
                    + " without one takes that of all rows; empty for one group of all"),
            new StringArrayParam(
                stage,
                "missingTexts",
                "what counts as missing in columns of text, beside null, such as NA or the empty"
                    + " text"));
    for (StringArrayParam optional :
        List.of(made.indicatorCols, made.groupCols, made.missingTexts)) {
      stage.setDefault(optional, new String[0]);
    }
    return made;
  }

  MissingColumns columns(Params stage) {
    return new MissingColumns(
        stage.uid(),
        names(stage, inputCols),
        names(stage, outputCols),
        names(stage, indicatorCols),
        names(stage, groupCols),
        names(stage, missingTexts));
  }

  private static List<String> names(Params stage, StringArrayParam param) {
    return stage.isDefined(param) ? List.of(stage.getOrDefault(param)) : List.of();
  }
}
