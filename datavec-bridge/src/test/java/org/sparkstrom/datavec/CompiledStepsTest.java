// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each compiled step, on extremes, nulls and Unicode, is the row path and DataVec's local executor.
 */
class CompiledStepsTest {
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";

  @BeforeAll
  static void takeInstants() {
    TestSpark.session().conf().set(JAVA_TIME, "true");
  }

  @AfterAll
  static void comeBack() {
    TestSpark.session().conf().unset(JAVA_TIME);
  }

  static Stream<Arguments> cases() {
    return StepCases.all().entrySet().stream().map(c -> Arguments.of(c.getKey(), c.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theCompiledStepIsDataVecs(String name, TransformProcess process) {
    assertThat(DataVecTransform.of(process).explain()).doesNotContain("row pass");

    new PathComparison(process, ExtremeRows.rows(), name).verify();
  }

  /** The transforms that a case compiles. */
  static Stream<Class<? extends Transform>> compiledTransforms() {
    return StepCases.all().values().stream()
        .flatMap(p -> p.getActionList().stream())
        .filter(a -> a.getTransform() != null)
        .<Class<? extends Transform>>map(a -> a.getTransform().getClass());
  }
}
