// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import scala.Function1;

/**
 * Validators of Params whose errors say the rule. Spark's own say only that a value is invalid.
 *
 * <p>Every validator either returns true or throws an IllegalArgumentException.
 */
final class ParamChecks {

  private ParamChecks() {}

  /** A check as Spark takes it. */
  static <T> Function1<T, Object> check(SerializableConsumer<T> check) {
    return (Function1<T, Object> & Serializable)
        value -> {
          check.accept(value);
          return true;
        };
  }

  /** A number that must be at least {@code least}. */
  static Function1<Object, Object> atLeast(String name, long least) {
    return check(
        value -> require(((Number) value).longValue() >= least, name, "at least " + least, value));
  }

  /** A number that is above 0 and finite, also as float32, in which the networks reckon. */
  static Function1<Object, Object> positive(String name) {
    return check(
        value -> {
          float number = ((Number) value).floatValue();
          require(
              number > 0 && Float.isFinite(number), name, "positive and finite as float32", value);
        });
  }

  /** A share of the whole, above 0. */
  static Function1<Object, Object> share(String name) {
    return check(
        value -> {
          double number = ((Number) value).doubleValue();
          require(number > 0 && number <= 1, name, "above 0 and at most 1", value);
        });
  }

  /** A share that leaves something. */
  static Function1<Object, Object> shareBelowOne(String name) {
    return check(
        value -> {
          double number = ((Number) value).doubleValue();
          require(number >= 0 && number < 1, name, "at least 0 and below 1", value);
        });
  }

  /** A number of at least 0 that is finite. */
  static Function1<Object, Object> notNegative(String name) {
    return check(
        value -> {
          double number = ((Number) value).doubleValue();
          require(number >= 0 && Double.isFinite(number), name, "finite and at least 0", value);
        });
  }

  /** A number that is neither NaN nor infinite. */
  static Function1<Object, Object> finite(String name) {
    return check(
        value -> require(Double.isFinite(((Number) value).doubleValue()), name, "finite", value));
  }

  /** One of an enum's constants, in lower case. */
  static <E extends Enum<E>> Function1<String, Object> choice(String name, Class<E> type) {
    return check(value -> choose(name, type, value));
  }

  /** The enum's constant of that name in lower case. */
  static <E extends Enum<E>> E choose(String name, Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (lowerCase(constant).equals(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s, but is '%s'"
            .formatted(
                name,
                Arrays.stream(type.getEnumConstants())
                    .map(ParamChecks::lowerCase)
                    .collect(Collectors.joining(", ")),
                value));
  }

  /** The name of a constant as Params write it. */
  static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void require(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, but is %s".formatted(name, rule, value));
    }
  }

  /** A consumer that Params, which are serializable, can hold. */
  interface SerializableConsumer<T> extends Consumer<T>, Serializable {}
}
