// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.sparkstrom.sharing",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("org.sparkstrom.sharing.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyItsTransportSeesAeron =
      noClasses()
          .that()
          .resideOutsideOfPackage("..transport.aeron..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.aeron..");

  @ArchTest
  static final ArchRule roundsKnowNoParticularTransport =
      noClasses()
          .that()
          .resideInAPackage("..round..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..transport.aeron..");

  @ArchTest
  static final ArchRule nothingReadsJavaObjectsFromTheNetwork =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");
}
