// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;

/**
 * What is left of a text when its spelling does not count: no case, no compatibility forms (NFKC),
 * no punctuation or symbols but between digits, no unseen characters, dashes and underscores as
 * spaces, single spaces, none at the ends. A text of punctuation alone keeps it. The key of a key
 * is that key.
 */
public record SpellingKey() implements UDF1<String, String> {
  private static final Pattern BREAKS = Pattern.compile("[\\p{Pd}\\p{Pc}/]");
  private static final Pattern UNSEEN = Pattern.compile("\\p{Cf}");

  /** A mark between two digits makes another number or time of them: 1.5 is not 15. */
  private static final Pattern MARKS =
      Pattern.compile("(?<!\\p{Nd})[\\p{P}\\p{S}]|[\\p{P}\\p{S}](?!\\p{Nd})");

  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");

  @Override
  public String call(String text) {
    return text == null ? null : of(text);
  }

  /** The key of a text. */
  public static String of(String text) {
    String key = bare(text);
    // What is left may be put together by NFKC to what has a form of its own again
    for (String again = bare(key); !again.equals(key); again = bare(key)) {
      key = again;
    }
    return key;
  }

  private static String bare(String text) {
    String plain = UNSEEN.matcher(lower(text)).replaceAll("");
    String bare = spaced(MARKS.matcher(BREAKS.matcher(plain).replaceAll(" ")).replaceAll(""));
    return bare.isEmpty() ? spaced(plain) : nfkc(bare);
  }

  /** The runs of {@code length} characters of a key with a space at both ends. */
  static Set<String> grams(String key, int length) {
    int[] characters = (" " + key + " ").codePoints().toArray();
    Set<String> grams = new TreeSet<>();
    for (int i = 0; i + length <= characters.length; i++) {
      grams.add(new String(characters, i, length));
    }
    if (grams.isEmpty()) {
      grams.add(key);
    }
    return grams;
  }

  /** Jaccard, 1901: how many of all members both sets have, 0 to 1. */
  static double similarity(Set<String> one, Set<String> other) {
    long common = one.stream().filter(other::contains).count();
    return (double) common / (one.size() + other.size() - common);
  }

  private static String lower(String text) {
    // By way of upper case, in which ss and the sharp s are one; the final sigma hangs on its place
    String lower = nfkc(text).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    return nfkc(lower.replace('\u03c2', '\u03c3'));
  }

  private static String nfkc(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  private static String spaced(String text) {
    return SPACES.matcher(text).replaceAll(" ").strip();
  }
}
