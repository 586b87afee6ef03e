// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;

/** The stages that the project's service files name, those of Spark itself left out. */
final class StageFiles {
  private static final String OURS = "org.sparkstrom.";

  private StageFiles() {}

  /**
   * The classes of all stages, by name.
   *
   * @throws IllegalStateException if a named class is not there or is no stage, or none is named
   */
  static List<Class<? extends PipelineStage>> read(ClassLoader loader) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Class<?> type : List.of(Estimator.class, Transformer.class)) {
      for (URL file :
          Collections.list(loader.getResources("META-INF/services/" + type.getName()))) {
        try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
          lines
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith(OURS))
              .forEach(names::add);
        }
      }
    }
    if (names.isEmpty()) {
      throw new IllegalStateException(
          "a service file must name the stages of the project, but none on the class path does");
    }
    return names.stream().<Class<? extends PipelineStage>>map(name -> stage(name, loader)).toList();
  }

  private static Class<? extends PipelineStage> stage(String name, ClassLoader loader) {
    try {
      return Class.forName(name, true, loader).asSubclass(PipelineStage.class);
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IllegalStateException(
          "a service file names %s, which must be a class of a stage; correct the file"
              .formatted(name),
          e);
    }
  }
}
