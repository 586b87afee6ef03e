// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PythonTextTest {

  @Test
  void valuesAreLiterals() {
    assertThat(PythonText.literal(true)).isEqualTo("True");
    assertThat(PythonText.literal(7)).isEqualTo("7");
    assertThat(PythonText.literal(1L << 40)).isEqualTo("1099511627776");
    assertThat(PythonText.literal(0.001)).isEqualTo("0.001");
    assertThat(PythonText.literal(1e-9)).isEqualTo("1.0E-9");
    assertThat(PythonText.literal(Double.NEGATIVE_INFINITY)).isEqualTo("float(\"-inf\")");
    assertThat(PythonText.literal(Double.NaN)).isEqualTo("float(\"NaN\")");
    assertThat(PythonText.literal(new int[] {1, 2})).isEqualTo("[1, 2]");
    assertThat(PythonText.literal(new double[0])).isEqualTo("[]");
    assertThat(PythonText.literal(new String[] {"a", "助詞"})).isEqualTo("[\"a\", \"助詞\"]");
    assertThat(PythonText.literal(new double[][] {{1}, {}})).isEqualTo("[[1.0], []]");
  }

  @Test
  void textIsEscaped() {
    assertThat(PythonText.quoted("a\"b\\w\n\t\u0001")).isEqualTo("\"a\\\"b\\\\w\\n\\t\\x01\"");
    assertThat(PythonText.inDocstring("a\\b \"\"\"")).isEqualTo("a\\\\b \\\"\\\"\\\"");
  }

  @Test
  void aValueWithoutALiteralIsRefused() {
    assertThatThrownBy(() -> PythonText.literal(new Object()))
        .hasMessage(
            "a default must be text, a number, a boolean or an array of these, but is"
                + " java.lang.Object");
  }

  @Test
  void javadocBecomesPlainText() {
    assertThat(
            ClassDoc.plain(
                """

                 * Makes {@code a} of {@link Some#thing}, see {@link Other the other}.
                 *
                 * <p>Lists:
                 *
                 * <ul>
                 *   <li>one, which
                 *       goes on
                 *   <li>two &lt; three
                 * </ul>
                 *
                 * @param <S> the stage
                 """))
        .isEqualTo(
            """
            Makes ``a`` of ``thing``, see ``the other``.

            Lists:

            - one, which goes on
            - two < three\
            """);
  }
}
