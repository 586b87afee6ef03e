// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;

/**
 * The service files name every stage of the module: by them the Python classes are made, and Spark
 * Connect finds stages.
 */
@AnalyzeClasses(packages = "org.sparkstrom.ml", importOptions = DoNotIncludeTests.class)
class StageServicesTest {

  @ArchTest
  static void theServiceFilesNameAllStages(JavaClasses classes) throws IOException {
    TreeSet<String> estimators = new TreeSet<>();
    TreeSet<String> transformers = new TreeSet<>();
    for (JavaClass type : classes) {
      if (isStage(type)) {
        (type.isAssignableTo(Estimator.class) ? estimators : transformers).add(type.getName());
      }
    }
    assertThat(estimators).isNotEmpty();
    assertThat(transformers).isNotEmpty();
    assertThat(named(Estimator.class)).containsExactlyElementsOf(estimators);
    assertThat(named(Transformer.class)).containsExactlyElementsOf(transformers);
  }

  @ArchTest
  static void aNamedStageCanBeMade(JavaClasses classes) throws IOException {
    for (Class<?> type : List.of(Estimator.class, Transformer.class)) {
      assertThat(ServiceLoader.load(type).stream().map(found -> found.get().getClass().getName()))
          .containsAll(named(type));
    }
  }

  /** Whether a class is one that users make: public, and made from nothing or from a uid. */
  private static boolean isStage(JavaClass type) {
    return type.isAssignableTo(PipelineStage.class)
        && type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && hasPublicConstructor(type)
        && hasPublicConstructor(type, String.class);
  }

  private static boolean hasPublicConstructor(JavaClass type, Class<?>... parameters) {
    return type.tryGetConstructor(parameters)
        .filter(constructor -> constructor.getModifiers().contains(JavaModifier.PUBLIC))
        .isPresent();
  }

  private static List<String> named(Class<?> service) throws IOException {
    return Files.readAllLines(Path.of("src/main/resources/META-INF/services", service.getName()));
  }
}
