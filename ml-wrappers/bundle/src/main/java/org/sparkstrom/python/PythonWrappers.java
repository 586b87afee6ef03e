// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineStage;

/**
 * Builds the source of the Python package: what is written by hand, and a class for each stage. So
 * a Param that is added in Java is there in Python with the next build.
 */
public final class PythonWrappers {
  private static final String OURS = "org.sparkstrom.";

  private final ClassDoc docs;
  private final Path target;

  private PythonWrappers(ClassDoc docs, Path target) {
    this.docs = docs;
    this.target = target;
  }

  /**
   * Arguments: the folder to fill, which is emptied first; the folder of what is written by hand;
   * the version of the project; and the source folders of the modules with stages.
   *
   * @throws IllegalArgumentException if a stage cannot be a Python class
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 4) {
      throw new IllegalArgumentException(
          "needed are target, hand-written sources, version and source folders, but given are "
              + Arrays.toString(arguments));
    }
    List<Path> sources = Stream.of(arguments).skip(3).map(Path::of).toList();
    write(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2], sources);
  }

  /** Writes the whole package; see {@link #main}. Returns what was generated. */
  static List<StageFacts> write(Path target, Path handWritten, String version, List<Path> sources)
      throws IOException {
    empty(target);
    copy(handWritten, target);
    Files.writeString(
        target.resolve("sparkstrom/_version.py"),
        "# SPDX-License-Identifier: Apache-2.0\n__version__ = \"%s\"\n".formatted(pep440(version)));
    PythonWrappers wrappers = new PythonWrappers(new ClassDoc(sources), target);
    List<StageFacts> stages = new ArrayList<>();
    for (Class<? extends PipelineStage> type :
        StageFiles.read(Thread.currentThread().getContextClassLoader())) {
      stages.add(StageReader.read(type));
    }
    Map<String, List<StageFacts>> modules = new LinkedHashMap<>();
    stages.forEach(
        stage -> modules.computeIfAbsent(stage.module(), name -> new ArrayList<>()).add(stage));
    for (List<StageFacts> module : modules.values()) {
      wrappers.module(module);
    }
    return stages;
  }

  private void module(List<StageFacts> stages) throws IOException {
    String name = stages.get(0).module();
    put(name, ModuleWriter.definitions(stages, docs));
    put("sparkstrom." + name.substring(OURS.length()), ModuleWriter.exports(stages));
  }

  private void put(String module, String code) throws IOException {
    Path folder = Files.createDirectories(target.resolve(module.replace('.', '/')));
    Files.writeString(folder.resolve("__init__.py"), code);
  }

  /** The version as Python orders it: a snapshot comes before the release. */
  static String pep440(String version) {
    return version.replace("-SNAPSHOT", ".dev0");
  }

  private static void empty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(path -> !path.toString().contains("__pycache__")).toList()) {
        Path copy = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
