// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import scala.Function1;

/**
 * Validators of Params that throw with the rule and the value, where spark.ml's own say only that a
 * value is invalid; and the choices that words of Params stand for.
 */
public final class ParamRules {
  private ParamRules() {}

  /** A check that travels with its stage. */
  public interface Check<T> extends Consumer<T>, Serializable {}

  /** A value for which the check does not throw. */
  public static <T> Function1<T, Object> that(Check<T> check) {
    return (Function1<T, Object> & Serializable)
        value -> {
          check.accept(value);
          return true;
        };
  }

  /** One of these words. */
  public static Function1<String, Object> oneOf(String param, List<String> words) {
    return that(
        value -> {
          if (!words.contains(value)) {
            throw noneOf(param, words, value);
          }
        });
  }

  /** The words for these choices, in their order. */
  public static <E> List<String> words(E[] choices, Function<E, String> word) {
    return Arrays.stream(choices).map(word).toList();
  }

  /**
   * The choice that a Param's value stands for.
   *
   * @throws IllegalArgumentException when the value is the word of none, as {@link #oneOf} says it
   */
  public static <E> E named(String param, E[] choices, Function<E, String> word, String value) {
    for (E choice : choices) {
      if (word.apply(choice).equals(value)) {
        return choice;
      }
    }
    throw noneOf(param, words(choices, word), value);
  }

  private static IllegalArgumentException noneOf(String param, List<String> words, String value) {
    return new IllegalArgumentException(
        param + " must be one of " + words + ", but is '" + value + "'");
  }

  /** A number from {@code min} to {@code max}, both allowed; never NaN. */
  public static Function1<Object, Object> between(String param, double min, double max) {
    return that(
        value -> {
          double number = ((Number) value).doubleValue();
          if (!(number >= min && number <= max)) {
            throw new IllegalArgumentException(
                param + " must be from " + show(min) + " to " + show(max) + ", but is " + value);
          }
        });
  }

  private static String show(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e18
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
