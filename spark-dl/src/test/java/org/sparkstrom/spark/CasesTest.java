// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The register of cases, docs/CASES.md, names tests that exist. */
class CasesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of(
          "gradient-sharing",
          "datavec-bridge",
          "spark-dl",
          "ml-wrappers",
          "ml-wrappers/bundle",
          "examples");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test|\\w+IT)#(\\w+)`");

  @Test
  void eachCaseNamesTestsThatExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/CASES.md"))) {
      if (!line.startsWith("|") || line.startsWith("|-") || line.startsWith("| what")) {
        continue;
      }
      Matcher test = TEST.matcher(line);
      int tests = 0;
      while (test.find()) {
        tests++;
        if (!sources.getOrDefault(test.group(1), "").contains("void " + test.group(2) + "(")) {
          missing.add(test.group());
        }
      }
      assertThat(tests).as("tests of the case: %s", line).isPositive();
    }
    assertThat(missing).as("tests that docs/CASES.md names and nobody has").isEmpty();
  }

  /** The text of each class; two of one name are taken together. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }
}
