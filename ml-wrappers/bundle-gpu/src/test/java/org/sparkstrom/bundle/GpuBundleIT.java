// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.sparkstrom.ml.NetworkClassifier;

/** The one jar for GPUs, beside the one for CPUs, and what it says where there is no GPU. */
class GpuBundleIT {
  private static final String NATIVE = ".*\\.(so(\\.\\d+)*|dll|dylib|jnilib|a)";
  private static final List<String> CPU_ONLY =
      List.of("org/nd4j/linalg/cpu/", "org/nd4j/presets/cpu/");
  private static final List<String> GPU_ONLY =
      List.of(
          "org/bytedeco/cuda/",
          "org/nd4j/jita/",
          "org/nd4j/linalg/jcublas/",
          "org/nd4j/presets/cuda/");

  @Test
  void hasTheClassesOfTheJarForCpusButForTheBackend() throws IOException {
    Set<String> gpu = classes(jar("bundle-gpu"));
    Set<String> cpu = classes(jar("bundle"));

    assertThat(gpu)
        .contains("org/nd4j/linalg/jcublas/JCublasBackend.class")
        .noneMatch(name -> name.startsWith("org/apache/spark/") || name.startsWith("scala/"))
        .noneMatch(name -> isUnder(CPU_ONLY, name));
    gpu.removeIf(name -> isUnder(GPU_ONLY, name));
    cpu.removeIf(name -> isUnder(CPU_ONLY, name));
    assertThat(gpu).isEqualTo(cpu);
  }

  @Test
  void hasTheNativesOfTheOnePlatformThatNd4jForCudaIsBuiltFor() throws IOException {
    Set<String> natives =
        entries(jar("bundle-gpu")).stream()
            .filter(name -> name.matches(NATIVE))
            .map(name -> name.substring(0, name.lastIndexOf('/')))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(natives)
        .containsExactly(
            "com/sun/jna/linux-aarch64",
            "com/sun/jna/linux-x86-64",
            "org/bytedeco/cuda/linux-x86_64",
            "org/bytedeco/javacpp/linux-x86_64",
            "org/bytedeco/openblas/linux-x86_64",
            "org/nd4j/linalg/jcublas/bindings/linux-x86_64");
    assertThat(entries(jar("bundle-gpu")))
        .contains(
            "org/bytedeco/cuda/linux-x86_64/libjnicudart.so",
            "org/nd4j/linalg/jcublas/bindings/linux-x86_64/libjnind4jcuda.so",
            "org/nd4j/linalg/jcublas/bindings/linux-x86_64/libnd4jcuda.so");
  }

  @Test
  void withoutAGpuAFitIsRefusedOnTheDriverWithTheRemedy() {
    assumeFalse(
        Files.exists(Path.of("/proc/driver/nvidia")), "this machine has a driver of NVIDIA");
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());
    List<Row> rows =
        List.of(
            RowFactory.create(0.0, Vectors.dense(0, 1)),
            RowFactory.create(1.0, Vectors.dense(1, 0)));
    try (SparkSession session =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      Dataset<Row> data = session.createDataFrame(rows, schema);
      assertThatIllegalStateException()
          .isThrownBy(() -> new NetworkClassifier().setLayers(2, 2).setWorkers(1).fit(data))
          .withMessageContaining("JCublasBackend")
          .withMessageContaining("libcuda.so.1")
          .withMessageContaining("NVIDIA's driver")
          .withMessageContaining("sparkstrom-bundle");
    }
  }

  private static boolean isUnder(List<String> folders, String name) {
    return folders.stream().anyMatch(name::startsWith);
  }

  private static Path jar(String module) {
    Path jar =
        Path.of("../%s/target/sparkstrom-%s_2.12-%s.jar".formatted(module, module, version()));
    assertThat(jar).exists();
    return jar;
  }

  private static String version() {
    return System.getProperty("sparkstrom.version");
  }

  private static Set<String> classes(Path jar) throws IOException {
    Set<String> classes = entries(jar);
    classes.removeIf(name -> !name.endsWith(".class"));
    return classes;
  }

  private static Set<String> entries(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return new TreeSet<>(jar.stream().map(ZipEntry::getName).toList());
    }
  }
}
