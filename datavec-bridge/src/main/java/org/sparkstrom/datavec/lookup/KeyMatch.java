// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.lookup;

import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.sparkstrom.datavec.spelling.SpellingKey;

/** When two keys are the same. */
enum KeyMatch {
  /** When they are equal. */
  EXACT,
  /** When they are equal but for the spelling of texts. */
  SPELLING;

  /** The name as Params spell it. */
  String paramValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is equal of keys that are the same. */
  Column of(Column key, DataType type) {
    return this == SPELLING && type instanceof StringType
        ? functions.udf(new SpellingKey(), DataTypes.StringType).apply(key)
        : key;
  }
}
