// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cjk.CJKWidthCharFilter;
import org.apache.lucene.analysis.ja.JapaneseBaseFormFilter;
import org.apache.lucene.analysis.ja.JapaneseKatakanaStemFilter;
import org.apache.lucene.analysis.ja.JapaneseTokenizer.Mode;
import org.apache.lucene.analysis.ja.dict.UserDictionary;
import org.apache.lucene.analysis.ja.tokenattributes.PartOfSpeechAttribute;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.spark.TaskContext;
import org.sparkstrom.datavec.column.ColumnFunction;

/**
 * Splits Japanese text into words by Lucene's Kuromoji, in the order of filters of Lucene's own
 * JapaneseAnalyzer.
 *
 * <p>Lucene's analyzer is made when the first text comes, and closed when the task ends.
 */
final class JapaneseAnalysis implements ColumnFunction {
  private static final long serialVersionUID = 1L;
  private static final String FIELD = "text";

  private final Settings settings;
  private transient Analyzer analyzer;

  JapaneseAnalysis(Settings settings) {
    this.settings = settings;
  }

  /**
   * What to keep of a text, and in which form.
   *
   * @param baseForm whether verbs and adjectives come in their dictionary form
   * @param keepTags beginnings of the parts of speech to keep; empty for all
   * @param stopTags beginnings of the parts of speech to leave out
   * @param userDictionary lines of Kuromoji's user dictionary; empty for none
   */
  record Settings(
      String mode,
      boolean baseForm,
      List<String> keepTags,
      List<String> stopTags,
      List<String> stopWords,
      String userDictionary)
      implements Serializable {}

  @Override
  public Object apply(Object text) throws IOException {
    List<String> words = new ArrayList<>();
    try (TokenStream tokens = analyzer().tokenStream(FIELD, (String) text)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(word.toString());
      }
      tokens.end();
    }
    return words.toArray(String[]::new);
  }

  /**
   * The user dictionary of these lines, null if there are none.
   *
   * @throws IllegalArgumentException when Kuromoji cannot read them
   */
  static UserDictionary userDictionary(String lines) {
    if (lines.isBlank()) {
      return null;
    }
    try (Reader reader = new StringReader(lines)) {
      return UserDictionary.open(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "userDictionary must have lines of the form"
              + " surface,segments with spaces,readings with spaces,part of speech; Kuromoji says: "
              + e.getMessage(),
          e);
    }
  }

  private Analyzer analyzer() {
    if (analyzer == null) {
      Analyzer made = new Kuromoji(settings);
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.<Void>addTaskCompletionListener(
            context -> {
              made.close();
              return null;
            });
      }
      analyzer = made;
    }
    return analyzer;
  }

  /** The chain of filters. */
  private static final class Kuromoji extends Analyzer {
    private final Settings settings;
    private final Mode mode;
    private final UserDictionary dictionary;
    private final CharArraySet stopWords;

    Kuromoji(Settings settings) {
      this.settings = settings;
      this.mode = Mode.valueOf(settings.mode());
      this.dictionary = userDictionary(settings.userDictionary());
      this.stopWords = new CharArraySet(settings.stopWords(), true);
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
      // Without punctuation, and without compounds beside their parts
      Tokenizer tokenizer =
          new org.apache.lucene.analysis.ja.JapaneseTokenizer(dictionary, true, true, mode);
      TokenStream words = tokenizer;
      if (settings.baseForm()) {
        words = new JapaneseBaseFormFilter(words);
      }
      words = new PartsOfSpeech(words, settings.keepTags(), settings.stopTags());
      words = new StopFilter(words, stopWords);
      words = new JapaneseKatakanaStemFilter(words);
      return new TokenStreamComponents(tokenizer, new LowerCaseFilter(words));
    }

    @Override
    protected Reader initReader(String field, Reader reader) {
      return new CJKWidthCharFilter(reader);
    }
  }

  /** Keeps and leaves out words by the beginnings of their parts of speech. */
  private static final class PartsOfSpeech extends FilteringTokenFilter {
    private final PartOfSpeechAttribute part = addAttribute(PartOfSpeechAttribute.class);
    private final List<String> keep;
    private final List<String> stop;

    PartsOfSpeech(TokenStream words, List<String> keep, List<String> stop) {
      super(words);
      this.keep = keep;
      this.stop = stop;
    }

    @Override
    protected boolean accept() {
      String tag = part.getPartOfSpeech();
      if (tag == null) {
        return true;
      }
      return (keep.isEmpty() || isAny(tag, keep)) && !isAny(tag, stop);
    }

    private static boolean isAny(String tag, List<String> beginnings) {
      for (String beginning : beginnings) {
        if (tag.startsWith(beginning)
            && (tag.length() == beginning.length() || tag.charAt(beginning.length()) == '-')) {
          return true;
        }
      }
      return false;
    }
  }
}
