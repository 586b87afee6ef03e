// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

/** Text for HTML and SVG: names and values are data, whatever they look like. */
public final class Html {
  private Html() {}

  /**
   * The text with all that has a meaning in HTML, attributes included, or none at all, replaced.
   */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isText(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  /** Whether XML allows it: SVG may be taken out of the page. */
  private static boolean isText(int c) {
    boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r';
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return !control && !surrogate && c != 0xFFFE && c != 0xFFFF;
  }
}
