// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Makes command lines of JVMs with a class path.
 *
 * @param classPath of the JVMs
 * @param cache folder into which native libraries are unpacked
 */
record JavaProcess(String classPath, Path cache) {

  /** What Spark and Aeron ask of a JVM. */
  static List<String> moduleOptions() {
    List<String> options =
        new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" +")));
    options.add("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
    return options;
  }

  /** A command that inherits this process's environment, with one thread for arithmetic. */
  ProcessBuilder command(List<String> jvmOptions, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(moduleOptions());
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    return builder;
  }
}
