// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/**
 * Reads a constant of a Param as a value of a column, the same on every machine: no session's or
 * default time zone, language or SQL setting takes part.
 */
final class FillConstant {
  private FillConstant() {}

  /**
   * The value, of a class that Spark takes in rows and literals.
   *
   * @param place the stage and column, for people
   * @throws IllegalArgumentException when the text is no value of this type
   */
  static Object parse(String place, String text, DataType type) {
    try {
      return value(text, type);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          place
              + ": the constant '"
              + text
              + "' must be a value of type "
              + type.catalogString()
              + form(type)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Object value(String text, DataType type) {
    if (type instanceof DecimalType decimal) {
      BigDecimal number = new BigDecimal(text).setScale(decimal.scale());
      if (number.precision() > decimal.precision()) {
        throw new ArithmeticException(
            "it has " + number.precision() + " digits of " + decimal.precision());
      }
      return number;
    }
    return switch (type.typeName()) {
      case "byte" -> Byte.valueOf(text);
      case "short" -> Short.valueOf(text);
      case "integer" -> Integer.valueOf(text);
      case "long" -> Long.valueOf(text);
      case "float" -> notNan(Float.valueOf(text));
      case "double" -> notNan(Double.valueOf(text));
      case "boolean" -> truth(text);
      case "date" -> LocalDate.parse(text);
      case "timestamp" -> Instant.parse(text);
      case "timestamp_ntz" -> LocalDateTime.parse(text);
      default -> text;
    };
  }

  private static Number notNan(Number number) {
    if (Double.isNaN(number.doubleValue())) {
      throw new IllegalArgumentException("NaN is itself a missing value");
    }
    return number;
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is neither true nor false");
    };
  }

  private static String form(DataType type) {
    return switch (type.typeName()) {
      case "date" -> ", such as " + LocalDate.EPOCH;
      case "timestamp" -> ", such as " + Instant.EPOCH;
      case "timestamp_ntz" -> ", such as " + LocalDateTime.ofEpochSecond(1, 0, ZoneOffset.UTC);
      default -> "";
    };
  }
}
