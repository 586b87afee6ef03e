// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * The words of a text as parts, each occurrence one: an absent one is replaced by the mask, and
 * what stands between words stays.
 *
 * @param word what a word is
 * @param mask stands in place of an absent word
 */
record WordComponents(Pattern word, String mask) implements Components {

  @Override
  public Parts of(Object[] inputs) {
    if (inputs[0] == null) {
      throw new RefusedValueException("it must have words, but is null");
    }
    String text = (String) inputs[0];
    List<String> words = new ArrayList<>();
    List<String> between = new ArrayList<>();
    int end = 0;
    Matcher matcher = word.matcher(text);
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) {
        between.add(text.substring(end, matcher.start()));
        words.add(matcher.group());
        end = matcher.end();
      }
    }
    if (words.isEmpty()) {
      throw new RefusedValueException(
          "it must have words, which wordPattern %s tells, but has none".formatted(word));
    }
    between.add(text.substring(end));
    return new Words(words, between, mask);
  }

  @Override
  public Object[] placeholder() {
    return new Object[] {""};
  }

  /**
   * A text's words.
   *
   * @param between what stands before each word, and behind the last
   */
  private record Words(List<String> words, List<String> between, String mask) implements Parts {

    @Override
    public int count() {
      return words.size();
    }

    @Override
    public int backgroundCount() {
      return 1;
    }

    @Override
    public Object[] with(BitSet present, int background) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < words.size(); i++) {
        text.append(between.get(i)).append(present.get(i) ? words.get(i) : mask);
      }
      return new Object[] {text.append(between.get(words.size())).toString()};
    }

    @Override
    public List<String> names() {
      return words;
    }
  }
}
