// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.sparkstrom.datavec.HandleInvalid;
import scala.Function1;

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
                check(names -> Columns.requireDistinct("inputCols", names))),
            new StringArrayParam(
                stage,
                "outputCols",
                "names of the scaled columns, one for each input column; unset, they replace the"
                    + " input columns",
                check(names -> Columns.requireDistinct("outputCols", names))),
            choice(
                stage,
                "handleInvalid",
                "what becomes of a null, NaN or infinite entry: error (the job fails), skip (the row"
                    + " is left out), keep (a fit leaves the entry out; null and NaN stay as they"
                    + " are)",
                HandleInvalid.values(),
                HandleInvalid::paramValue));
    stage.setDefault(made.handleInvalid, HandleInvalid.ERROR.paramValue());
    return made;
  }

  /** A Param that takes one of these values by name. */
  static <E> Param<String> choice(
      Params stage, String name, String doc, E[] values, Function<E, String> paramValue) {
    String[] names = Arrays.stream(values).map(paramValue).toArray(String[]::new);
    return new Param<>(stage, name, doc, check(value -> requireOneOf(name, names, value)));
  }

  static void requireOneOf(String param, String[] names, String value) {
    if (!Arrays.asList(names).contains(value)) {
      throw new IllegalArgumentException(
          "%s must be one of %s, but is '%s'".formatted(param, Arrays.toString(names), value));
    }
  }

  /** The value of this name, which has been checked. */
  static <E> E named(E[] values, Function<E, String> paramValue, String name) {
    for (E value : values) {
      if (paramValue.apply(value).equals(name)) {
        return value;
      }
    }
    throw new IllegalArgumentException("'" + name + "' is none of " + Arrays.toString(values));
  }

  /** A validator that throws with the reason, where a plain false would hide it. */
  static <T> Function1<T, Object> check(Check<T> check) {
    return (Function1<T, Object> & Serializable)
        value -> {
          check.accept(value);
          return true;
        };
  }

  /** A check that a Param, which is serializable, can hold. */
  interface Check<T> extends Consumer<T>, Serializable {}
}
