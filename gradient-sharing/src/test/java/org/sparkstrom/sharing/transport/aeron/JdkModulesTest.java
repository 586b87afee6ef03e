// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkModulesTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path temporary;

  @Test
  void sparksOwnFlagsAreEnoughForAMediaDriver() throws Exception {
    try (ChildJvm jvm = ChildJvm.start(temporary, ChildJvm.sparkFlags(), StartsADriver.class)) {
      assertThat(jvm.awaitExit(DEADLINE)).as("%s", jvm.output()).isZero();
    }
  }

  @Test
  void aJvmWithoutFlagsIsToldWhichToSetAndWhere() throws Exception {
    try (ChildJvm jvm = ChildJvm.start(temporary, List.of(), StartsADriver.class)) {
      assertThat(jvm.awaitExit(DEADLINE)).isEqualTo(1);
      assertThat(jvm.output())
          .contains(
              "Aeron needs JDK packages that this JVM keeps closed: jdk.internal.misc, sun.nio.ch."
                  + " Start it with --add-opens java.base/jdk.internal.misc=ALL-UNNAMED"
                  + " --add-opens java.base/sun.nio.ch=ALL-UNNAMED; in Spark, put that into"
                  + " spark.driver.extraJavaOptions and spark.executor.extraJavaOptions");
    }
  }

  @Test
  void theFlagsInTheMessageAreEnough() throws Exception {
    List<String> flags =
        List.of(
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-opens",
            "java.base/sun.nio.ch=ALL-UNNAMED");
    try (ChildJvm jvm = ChildJvm.start(temporary, flags, StartsADriver.class)) {
      assertThat(jvm.awaitExit(DEADLINE)).as("%s", jvm.output()).isZero();
    }
  }

  /** A program that needs a media driver. */
  static final class StartsADriver {
    private StartsADriver() {}

    public static void main(String[] arguments) {
      MediaDriverLease.acquire().close();
    }
  }
}
