// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingKeyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "St. Gallen | ST GALLEN",
        "O'Brien & Sons | o’brien   + sons",
        "Jean-Luc | jean luc",
        "Straße | STRASSE",
        "ＡＢＣ１２ | abc12",
        "Οδός | ΟΔΌΣ",
        "Cafe\u0301 | CAFÉ",
        "a\u00a0b | A\u200b\tB",
        "ﬁn | FIN",
        "1\u00ad5. | (15)",
        "No. 1.5 | no 1.5!"
      })
  void spellingsOfOneThingHaveOneKey(String one, String other) {
    assertThat(SpellingKey.of(one)).isEqualTo(SpellingKey.of(other)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A+B | AB1",
        "C | C1",
        "Müller | Muller",
        "+ | -",
        "Rule 1.5 | Rule 15",
        "10:30 | 1030",
        "2/3 | 23"
      })
  void otherThingsHaveOtherKeys(String one, String other) {
    assertThat(SpellingKey.of(one)).isNotEqualTo(SpellingKey.of(other));
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void theKeyOfAKeyIsThatKey(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length >= 0; length--) {
        int limit = random.nextBoolean() ? 0x600 : 0x11000;
        int character = random.nextInt(limit);
        if (Character.isDefined(character) && Character.getType(character) != Character.SURROGATE) {
          text.appendCodePoint(character);
        }
      }
      String key = SpellingKey.of(text.toString());
      assertThat(SpellingKey.of(key)).as("seed %d, text '%s'", seed, text).isEqualTo(key);
    }
  }

  @Test
  void runsAreOfCharactersAndPadded() {
    assertThat(SpellingKey.grams("ab", 2)).containsExactly(" a", "ab", "b ");
    assertThat(SpellingKey.grams("😀", 2)).containsExactly(" 😀", "😀 ");
    assertThat(SpellingKey.grams("a", 5)).containsExactly("a");
    assertThat(SpellingKey.similarity(Set.of("a", "b", "c"), Set.of("b", "c", "d", "e")))
        .isCloseTo(0.4, within(1e-15));
  }

  @Test
  void noTextHasNoKey() {
    assertThat(new SpellingKey().call(null)).isNull();
    assertThat(SpellingKey.of(" \t ")).isEmpty();
  }
}
