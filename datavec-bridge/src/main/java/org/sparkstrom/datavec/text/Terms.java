// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a text into terms: words or characters, alone and in runs.
 *
 * @param word what a word is
 * @param lowercase whether text comes to lower case first, by the root locale
 * @param stopWords words that are left out before runs are made
 * @param min length of the shortest runs
 * @param max length of the longest runs
 */
record Terms(
    Analysis analysis, Pattern word, boolean lowercase, Set<String> stopWords, int min, int max)
    implements Serializable {
  private static final Pattern SPACES = Pattern.compile("\\s\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** The terms of a text, in its order, repeated as often as they occur. */
  List<String> of(String text) {
    String folded = fold(text);
    if (analysis == Analysis.CHAR) {
      return characters(SPACES.matcher(folded).replaceAll(" "));
    }
    List<String> words = new ArrayList<>();
    Matcher matcher = word.matcher(folded);
    while (matcher.find()) {
      if (!stopWords.contains(matcher.group())) {
        words.add(matcher.group());
      }
    }
    return runs(words);
  }

  /** The terms of a text that is split into words already. */
  List<String> ofWords(List<String> words) {
    return runs(words.stream().map(this::fold).filter(w -> !stopWords.contains(w)).toList());
  }

  private String fold(String text) {
    return lowercase ? text.toLowerCase(Locale.ROOT) : text;
  }

  private List<String> runs(List<String> words) {
    if (max == 1) {
      return words;
    }
    List<String> terms = new ArrayList<>();
    for (int length = min; length <= Math.min(max, words.size()); length++) {
      for (int i = 0; i + length <= words.size(); i++) {
        terms.add(String.join(" ", words.subList(i, i + length)));
      }
    }
    return terms;
  }

  private List<String> characters(String text) {
    int[] points = text.codePoints().toArray();
    List<String> terms = new ArrayList<>();
    for (int length = min; length <= Math.min(max, points.length); length++) {
      for (int i = 0; i + length <= points.length; i++) {
        terms.add(new String(points, i, length));
      }
    }
    return terms;
  }
}
