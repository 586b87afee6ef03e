// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.sparkstrom.spark",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.sparkstrom.spark.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTrainingMeetsTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackage("..training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.sparkstrom.sharing..", "io.aeron..", "org.agrona..");

  @ArchTest
  static final ArchRule aeronStaysBehindTheTransport =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("io.aeron..", "org.agrona..");

  @ArchTest
  static final ArchRule onlySparkInternalsAndStoredRowsSeeSparksPrivateCode =
      noClasses()
          .that()
          .doNotHaveSimpleName("SparkInternals")
          .and()
          .resideOutsideOfPackage("..spark.rows..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark.scheduler..",
              "org.apache.spark.rpc..",
              "org.apache.spark.sql.catalyst..",
              "org.apache.spark.sql.execution..");

  @ArchTest
  static final ArchRule onlyTheTabSeesSparksUi =
      noClasses()
          .that()
          .resideOutsideOfPackage("..spark.webui..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.ui..", "javax.servlet..");

  @ArchTest
  static final ArchRule theDataPathKnowsNoNetworkButItsSignature =
      noClasses()
          .that()
          .resideInAPackage("..data..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j..")
          .orShould()
          .dependOnClassesThat(
              resideInAPackage("..spark.network..")
                  .and(
                      DescribedPredicate.not(
                          nameMatching(".*Network(Signature|Input|Output)(\\$.*)?"))));

  @ArchTest
  static final ArchRule onlyBatchesAreArraysOfNd4j =
      noClasses()
          .that()
          .resideInAPackage("..data..")
          .and()
          .haveSimpleNameNotStartingWith("Batch")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.nd4j..");

  @ArchTest
  static final ArchRule onlyItsCompatPackageSeesDl4jOnSpark =
      noClasses()
          .that()
          .resideOutsideOfPackage("..compat.dl4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.deeplearning4j.spark..",
              "org.deeplearning4j.core..",
              "org.datavec..",
              "org.sparkstrom.spark.compat..");

  @ArchTest
  static final ArchRule optionalRuntimesAreSeenFromOnePackageEach =
      noClasses()
          .that()
          .resideOutsideOfPackages("..inference.onnx..", "..inference.keras..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.onnxruntime..",
              "org.sparkstrom.spark.inference.onnx..",
              "org.sparkstrom.spark.inference.keras..");

  @ArchTest
  static final ArchRule onlyTheKerasPackageSeesDl4jsImport =
      noClasses()
          .that()
          .resideOutsideOfPackage("..inference.keras..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j.nn.modelimport..", "org.bytedeco.hdf5..");

  @ArchTest
  static final ArchRule memoryIsSettingsAndSizesAlone =
      noClasses()
          .that()
          .resideInAPackage("org.sparkstrom.spark.memory..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco..");
}
