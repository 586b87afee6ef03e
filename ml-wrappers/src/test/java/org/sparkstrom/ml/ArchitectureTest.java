// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.sparkstrom.ml",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("org.sparkstrom.ml.(**)").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule NOTHING_KNOWS_THE_WIRE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.aeron..",
              "org.agrona..",
              "org.sparkstrom.sharing.wire..",
              "org.sparkstrom.sharing.transport..",
              "org.sparkstrom.sharing.membership..",
              "org.sparkstrom.sharing.security..");

  @ArchTest
  static final ArchRule TENSORS_STAY_IN_TWO_CLASSES =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.NetworkKind(\\$.*)?")
          .and()
          .doNotHaveSimpleName("PredictorNetwork")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..");

  private static final DescribedPredicate<JavaCall<?>> SPARK_PRIVATE =
      describe(
          "Spark's private code",
          call ->
              call.getTarget().getName().equals("$init$")
                  || (call.getTargetOwner().getFullName().startsWith("org.apache.spark.")
                      && call.getTargetOwner().getSimpleName().endsWith("$")));

  @ArchTest
  static final ArchRule SPARK_INTERNALS_ARE_CALLED_FROM_ONE_CLASS =
      noClasses()
          .that()
          .doNotHaveSimpleName("SparkMlInternals")
          .should()
          .callCodeUnitWhere(SPARK_PRIVATE);

  @ArchTest static final ArchRule NO_STATIC_STATE = fields().that().areStatic().should().beFinal();
}
