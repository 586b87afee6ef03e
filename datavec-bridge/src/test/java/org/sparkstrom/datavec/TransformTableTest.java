// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datavec.api.transform.Transform;
import org.junit.jupiter.api.Test;

/** The table of docs/DATAVEC.md lists what DataVec has, and says of each what is so. */
class TransformTableTest {
  private static final Pattern LINE =
      Pattern.compile(
          "\\| `(\\w+)` \\| (Catalyst|row pass|sequence pass|none)[^|]*\\| ([^|]+) \\|");

  @Test
  void everyTransformOfDataVecIsListedOnceInOrder() throws IOException {
    List<String> all =
        new ClassFileImporter()
            .importPackages("org.datavec.api.transform").stream()
                .filter(c -> c.isAssignableTo(Transform.class))
                .filter(c -> !c.isInterface() && !c.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();

    List<String> listed = new ArrayList<>();
    matches().forEach(m -> listed.add(m.group(1)));

    assertThat(all).hasSizeGreaterThan(50);
    assertThat(listed).isSortedAccordingTo(Comparator.naturalOrder());
    assertThat(listed).containsExactlyElementsOf(all);
  }

  @Test
  void compiledTransformsAreThoseThatHaveACase() throws IOException {
    Map<String, String> paths = new TreeMap<>();
    matches().forEach(m -> paths.put(m.group(1), m.group(2)));
    paths.values().removeIf(path -> !path.equals("Catalyst"));

    assertThat(CompiledStepsTest.compiledTransforms().map(Class::getSimpleName).distinct())
        .containsExactlyInAnyOrderElementsOf(paths.keySet());
  }

  @Test
  void transformsOfTheRowPassHaveACaseInTheTestThatIsNamed() throws IOException {
    List<String> listed = new ArrayList<>();
    for (Matcher line : matches()) {
      if (line.group(2).equals("row pass")) {
        assertThat(line.group(3)).as(line.group(1)).isEqualTo("RowPassStepsTest");
        listed.add(line.group(1));
      }
    }

    assertThat(RowPassStepsTest.transforms().map(Class::getSimpleName)).containsAll(listed);
  }

  @Test
  void theTestsThatItNamesExist() throws IOException {
    for (Matcher line : matches()) {
      assertThat(Path.of("src/test/java/org/sparkstrom/datavec", line.group(3) + ".java")).exists();
    }
  }

  private static List<Matcher> matches() throws IOException {
    List<Matcher> matches = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../docs/DATAVEC.md"))) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        matches.add(matcher);
      }
    }
    return matches;
  }
}
