// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar, looked into and run under a stock Spark distribution. */
class BundleIT {
  private static final String VERSION = System.getProperty("sparkstrom.version");

  /** Packages of what docs/DEPENDENCIES.md and META-INF/THIRD-PARTY.txt name. */
  private static final List<String> LIBRARIES =
      List.of(
          "com/google/thirdparty/",
          "com/jakewharton/byteunits/",
          "com/sun/jna/",
          "com/tdunning/math/",
          "com/twelvemonkeys/",
          "freemarker/",
          "io/aeron/",
          "it/unimi/dsi/fastutil/",
          "net/ericaro/neoitertools/",
          "onnx/",
          "org/agrona/",
          "org/apache/commons/net/",
          "org/apache/lucene/",
          "org/bytedeco/",
          "org/datavec/",
          "org/deeplearning4j/",
          "org/eclipse/deeplearning4j/",
          "org/joda/time/",
          "org/nd4j/",
          "org/sparkstrom/",
          "org/tartarus/snowball/",
          "org/tensorflow/",
          "org/threeten/bp/",
          "oshi/",
          "tensorflow/");

  @TempDir private Path folder;

  @Test
  void holdsNothingOfSparkAndNothingOfTheBuild() throws IOException {
    assertThat(entries(StockSpark.bundle()))
        .noneMatch(name -> name.startsWith("org/apache/spark/") || name.startsWith("scala/"))
        .noneMatch(
            name -> name.startsWith("org/slf4j/") || name.startsWith("org/sparkstrom/python/"))
        .noneMatch(name -> name.endsWith("module-info.class"))
        .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"));
  }

  @Test
  void holdsTheStagesAndTheirLicences() throws IOException {
    assertThat(entries(StockSpark.bundle()))
        .contains(
            "org/sparkstrom/ml/NetworkClassifier.class",
            "org/sparkstrom/datavec/DataVecTransformer.class",
            "org/sparkstrom/sharing/codec/ThresholdQuantizer.class",
            "io/aeron/Aeron.class",
            "LICENSE",
            "META-INF/LICENSE.txt",
            "META-INF/NOTICE");
  }

  @Test
  void holdsTheNativeLibrariesOfLinuxOnX86AndArmAndNoOthers() throws IOException {
    Set<String> natives = entries(StockSpark.bundle());
    natives.removeIf(name -> !name.matches(".*\\.(so(\\.\\d+)*|dll|dylib|jnilib|a)"));
    String jna = "com/sun/jna/";
    String openblas = "org/bytedeco/openblas/";
    String nd4j = "org/nd4j/linalg/cpu/nativecpu/bindings/";
    assertThat(natives)
        .containsExactlyInAnyOrder(
            jna + "linux-aarch64/libjnidispatch.so",
            jna + "linux-x86-64/libjnidispatch.so",
            "org/bytedeco/javacpp/linux-arm64/libjnijavacpp.so",
            "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so",
            openblas + "linux-arm64/libgcc_s.so.1",
            openblas + "linux-arm64/libgfortran.so.5",
            openblas + "linux-arm64/libjniopenblas.so",
            openblas + "linux-arm64/libjniopenblas_full.so",
            openblas + "linux-arm64/libjniopenblas_nolapack.so",
            openblas + "linux-arm64/libopenblas.so.0",
            openblas + "linux-x86_64/libgcc_s.so.1",
            openblas + "linux-x86_64/libgfortran.so.5",
            openblas + "linux-x86_64/libjniopenblas.so",
            openblas + "linux-x86_64/libjniopenblas_full.so",
            openblas + "linux-x86_64/libjniopenblas_nolapack.so",
            openblas + "linux-x86_64/libopenblas.so.0",
            openblas + "linux-x86_64/libquadmath.so.0",
            nd4j + "linux-arm64/libjnind4jcpu.so",
            nd4j + "linux-arm64/libnd4jcpu.so",
            nd4j + "linux-x86_64/libgomp.so.1",
            nd4j + "linux-x86_64/libjnind4jcpu.so",
            nd4j + "linux-x86_64/libnd4jcpu.so");
  }

  @Test
  void holdsClassesOfItsLibrariesAndNoOthers() throws IOException {
    Set<String> others = entries(StockSpark.bundle());
    others.removeIf(
        name ->
            !name.endsWith(".class")
                || name.startsWith("META-INF/")
                || LIBRARIES.stream().anyMatch(name::startsWith));
    assertThat(others).isEmpty();
  }

  @Test
  void mergesServicesLicencesAndNotices() throws IOException {
    try (JarFile jar = new JarFile(StockSpark.bundle().toFile())) {
      assertThat(text(jar, "META-INF/services/org.apache.spark.ml.Estimator"))
          .contains("org.sparkstrom.ml.NetworkClassifier")
          .contains("org.sparkstrom.datavec.normalize.NormalizerEstimator");
      assertThat(text(jar, "META-INF/services/javax.imageio.spi.ImageReaderSpi"))
          .contains("imageio.plugins.jpeg.")
          .contains("imageio.plugins.tiff.");
      assertThat(text(jar, "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend"))
          .contains("CpuBackend");
      assertThat(text(jar, "LICENSE")).contains("Apache License");
      assertThat(text(jar, "META-INF/LICENSE.txt").split("Apache License", -1).length)
          .as("licences, one after the other")
          .isGreaterThan(3);
      assertThat(text(jar, "META-INF/NOTICE")).contains("Lucene");
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
    }
  }

  /**
   * Joda-Time is part of DataVec's API: it may not be relocated, and Spark's is the first found.
   */
  @Test
  void sharesNoClassWithADistributionOfSparkButThoseOfJodaTime() throws Exception {
    Set<String> ofSpark = new TreeSet<>();
    try (Stream<Path> jars = Files.list(StockSpark.get().home().resolve("jars"))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        ofSpark.addAll(entries(jar));
      }
    }
    assertThat(ofSpark).contains("org/apache/spark/SparkContext.class");
    Set<String> ofBundle = entries(StockSpark.bundle());
    ofBundle.removeIf(name -> !name.endsWith(".class") || name.startsWith("META-INF/"));

    assertThat(ofBundle.stream().filter(ofSpark::contains))
        .allSatisfy(name -> assertThat(name).startsWith("org/joda/time/"));
    assertThat(
            ofBundle.stream().filter(name -> name.matches("org/joda/time/.*(?<!\\$\\d)\\.class")))
        .as("Spark's Joda-Time has all classes of ours, so that the two do not mix")
        .isNotEmpty()
        .allSatisfy(name -> assertThat(ofSpark).contains(name));
  }

  @Test
  void anExampleRunsWithTheJar() throws Exception {
    List<String> command = submit();
    command.addAll(
        List.of("--jars", StockSpark.bundle() + "," + System.getProperty("picocli.jar")));
    assertExampleRuns(command);
  }

  @Test
  void anExampleRunsWithThePackageAndNothingElseIsResolved() throws Exception {
    Path repository = repository();
    Path settings =
        Files.writeString(
            folder.resolve("ivysettings.xml"),
            """
            <ivysettings>
              <settings defaultResolver="local"/>
              <resolvers>
                <ibiblio name="local" m2compatible="true" root="%s"/>
              </resolvers>
            </ivysettings>
            """
                .formatted(repository.toUri()));
    List<String> command = submit();
    command.addAll(
        List.of(
            "--packages",
            "org.sparkstrom:sparkstrom-bundle_2.12:" + VERSION,
            "--jars",
            System.getProperty("picocli.jar"),
            "--conf",
            "spark.jars.ivySettings=" + settings,
            "--conf",
            "spark.jars.ivy=" + folder.resolve("ivy")));

    Command run = assertExampleRuns(command);

    assertThat(run.errors()).contains("1 artifacts copied");
    try (Stream<Path> resolved = Files.list(folder.resolve("ivy/jars"))) {
      assertThat(resolved).hasSize(1);
    }
  }

  /** As a user pastes it; a line of spark-shell that fails does not end it. */
  @Test
  void theScalaExampleOfTheReadmeRunsInSparkShell() throws Exception {
    Path program = folder.resolve("example.scala");
    Files.writeString(program, StockSpark.exampleOfReadme("scala") + "\nSystem.exit(0)\n");
    Files.createSymbolicLink(
        folder.resolve("src-test-data"), StockSpark.ROOT.resolve("src-test-data"));

    Command shell =
        StockSpark.get()
            .submit(
                folder,
                List.of(
                    StockSpark.get().home().resolve("bin/spark-shell").toString(),
                    "--master",
                    "local[2]",
                    "--jars",
                    StockSpark.bundle().toString(),
                    "-i",
                    program.toString()))
            .assertSuccess();

    assertThat(shell.output()).doesNotContain("error:").contains("|digit|prediction|");
    assertThat(folder.resolve("target/digits-model/metadata")).exists();
  }

  /** A Maven repository in a folder, with the bundle and its pom. */
  private Path repository() throws IOException {
    Path repository = folder.resolve("repository");
    Path place =
        Files.createDirectories(
            repository.resolve("org/sparkstrom/sparkstrom-bundle_2.12").resolve(VERSION));
    String name = "sparkstrom-bundle_2.12-" + VERSION;
    Files.createSymbolicLink(place.resolve(name + ".jar"), StockSpark.bundle());
    Files.copy(StockSpark.TARGET.resolve("published-pom.xml"), place.resolve(name + ".pom"));
    return repository;
  }

  private List<String> submit() throws IOException, InterruptedException {
    return new ArrayList<>(
        List.of(
            StockSpark.get().home().resolve("bin/spark-submit").toString(),
            "--master",
            "local[2]",
            "--class",
            "org.sparkstrom.examples.DigitsClassification"));
  }

  private Command assertExampleRuns(List<String> command) throws Exception {
    Path data = StockSpark.ROOT.resolve("src-test-data");
    command.addAll(
        List.of(
            System.getProperty("examples.jar"),
            "--train",
            data.resolve("digits-train.csv").toString(),
            "--test",
            data.resolve("digits-test.csv").toString(),
            "--model",
            folder.resolve("model").toString(),
            "--epochs",
            "3"));
    Command run = StockSpark.get().submit(folder, command).assertSuccess();
    // Ivy writes to standard output too
    String line = run.output().lines().reduce("", (earlier, last) -> last);
    JsonNode result = new ObjectMapper().readTree(line);
    assertThat(result.get("accuracy").asDouble()).isGreaterThan(0.8);
    assertThat(result.get("replicasEqual").asBoolean()).isTrue();
    return run;
  }

  private static Set<String> entries(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return new TreeSet<>(jar.stream().map(ZipEntry::getName).toList());
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
  }
}
