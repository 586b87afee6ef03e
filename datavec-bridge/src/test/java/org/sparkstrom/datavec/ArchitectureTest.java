// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.sparkstrom.datavec", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule KNOWS_NO_TRAINING =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.sparkstrom.sharing..",
              "org.sparkstrom.spark..",
              "org.sparkstrom.ml..",
              "org.deeplearning4j..",
              "io.aeron..");

  @ArchTest
  static final ArchRule USES_PUBLIC_SPARK_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark.sql.catalyst..",
              "org.apache.spark.sql.execution..",
              "org.apache.spark.sql.internal..");

  @ArchTest
  static final ArchRule TOUCHES_ND4J_IN_TWO_CLASSES_ONLY =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.sparkstrom.datavec.NdArrays")
          .and()
          .doNotHaveFullyQualifiedName("org.sparkstrom.datavec.normalize.Dl4jNormalizers")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.nd4j.linalg..");

  @ArchTest
  static final ArchRule TOUCHES_DATASKETCHES_IN_ONE_CLASS_ONLY =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.sparkstrom.datavec.analysis.ColumnSketch")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.datasketches..");

  @ArchTest
  static final ArchRule KNOWS_DATAVECS_SPARK_MODULE_IN_COMPAT_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("..compat.datavec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.datavec.spark..", "org.sparkstrom.datavec.compat..");
}
