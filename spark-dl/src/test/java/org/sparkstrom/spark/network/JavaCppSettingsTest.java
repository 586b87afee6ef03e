// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class JavaCppSettingsTest {

  private final Properties properties = new Properties();

  @Test
  void setsLimitsAndFolder() {
    settings().applyTo(properties);
    assertThat(properties)
        .containsOnly(
            Map.entry("org.bytedeco.javacpp.maxbytes", "4096"),
            Map.entry("org.bytedeco.javacpp.maxphysicalbytes", "0"),
            Map.entry("org.bytedeco.javacpp.cachedir", "/local/javacpp"));
  }

  @Test
  void whatTheUserHasSetStaysInEitherSpelling() {
    properties.setProperty("org.bytedeco.javacpp.maxBytes", "7");
    properties.setProperty("org.bytedeco.javacpp.cachedir", "/mine");
    JavaCppSettings settings = settings();
    settings.applyTo(properties);
    assertThat(properties)
        .hasSize(3)
        .containsEntry("org.bytedeco.javacpp.maxBytes", "7")
        .containsEntry("org.bytedeco.javacpp.cachedir", "/mine")
        .containsEntry("org.bytedeco.javacpp.maxphysicalbytes", "0");
    assertThat(settings.differences(7, 0)).isEmpty();
  }

  @Test
  void tellsWhatJavaCppDoesOtherwise() {
    JavaCppSettings settings = settings();
    settings.applyTo(properties);
    assertThat(settings.differences(4096, 0)).isEmpty();
    assertThat(settings.differences(1, 3))
        .containsExactly(
            "org.bytedeco.javacpp.maxbytes is 1 and would be 4096",
            "org.bytedeco.javacpp.maxphysicalbytes is 3 and would be 0");
  }

  @Test
  void withoutSparkOnlyTheCostlyCheckGoes() {
    new JavaCppSettings(OptionalLong.empty(), Optional.empty()).applyTo(properties);
    assertThat(properties).containsOnly(Map.entry("org.bytedeco.javacpp.maxphysicalbytes", "0"));
  }

  private static JavaCppSettings settings() {
    return new JavaCppSettings(OptionalLong.of(4096), Optional.of(Path.of("/local/javacpp")));
  }
}
