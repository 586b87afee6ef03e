// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;
import org.sparkstrom.ml.TestData;
import org.sparkstrom.ml.cache.CachedRun;
import org.sparkstrom.ml.cache.InputFingerprint;
import org.sparkstrom.ml.cache.RunCache;

class ExportTest {
  @TempDir static Path runs;
  @TempDir Path folder;

  private static Dataset<Row> rows;
  private static CachedRun run;
  private static ModelRecord record;
  private static String base;

  @BeforeAll
  static void fit() {
    rows = TestData.clouds(60).coalesce(1).cache();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  new RandomForestClassifier()
                      .setFeaturesCol("scaled")
                      .setNumTrees(3)
                      .setSeed(1L << 40)
                });
    run = RunCache.at(runs.toString(), InputFingerprint.content()).fit(pipeline, rows);
    record =
        ModelRecord.of(run.model())
            .withRun(run.record())
            .withData("validation", "v7")
            .withSeed("split", 5)
            .withMetric("accuracy", 0.75);
    base = runs.resolve("base.zip").toString();
    PipelineArchive.write(run.model(), record, base);
  }

  private String archive() {
    String path = folder.resolve("model.zip").toString();
    PipelineArchive.write(run.model(), record, path);
    return path;
  }

  private String target() {
    return folder.resolve("unpacked").toString();
  }

  private static List<Row> predictions(PipelineModel model) {
    return model.transform(rows).sort("id").select("id", "probability").collectAsList();
  }

  private Map<String, byte[]> entries(String path) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(Path.of(path))))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  /** An archive with other entries in place of the file. */
  private String changed(Consumer<Map<String, byte[]>> change) throws IOException {
    Map<String, byte[]> entries = entries(base);
    change.accept(entries);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return Files.write(folder.resolve("changed.zip"), bytes.toByteArray()).toString();
  }

  @Test
  void anArchiveGivesModelAndRecordBack() throws Exception {
    String path = archive();

    PipelineArchive back = PipelineArchive.read(path, target());

    assertThat(back.record()).isEqualTo(record);
    assertThat(predictions(back.model())).isEqualTo(predictions(run.model()));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("model.zip", ".model.zip.crc", "unpacked");
    assertThat(entries(path).keySet()).startsWith("index.json", "record.json");
    JsonNode json = new ObjectMapper().readTree(entries(path).get("record.json"));
    assertThat(json.at("/metrics/accuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.at("/data/fit").asText()).startsWith("content 60 rows ");
    assertThat(json.at("/data/validation").asText()).isEqualTo("v7");
    String forest = run.model().stages()[1].uid();
    assertThat(json.at("/seeds/" + forest + ".seed").asLong()).isEqualTo(1L << 40);
    assertThat(json.at("/seeds/split").asLong()).isEqualTo(5);
    assertThat(json.at("/versions/spark").asText()).startsWith("3.5");
    assertThat(json.at("/stages/1/params/numTrees").asText()).isEqualTo("3");
  }

  @Test
  void nothingIsOverwritten() {
    String path = archive();
    assertThatThrownBy(() -> PipelineArchive.write(run.model(), record, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing may be at '" + path + "' yet");
    assertThatThrownBy(() -> PipelineArchive.read(path, folder.toString()))
        .hasMessageContaining("nothing may be at");
    assertThatThrownBy(() -> record.withMetric("loss", Double.NaN))
        .hasMessageContaining("must be finite, but loss is NaN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "model/../../evil",
        "/etc/evil",
        "model//evil",
        "model/..\\evil",
        "C:/evil",
        "elsewhere",
        "model/"
      })
  void anEntryThatLeadsElsewhereIsRefused(String name) throws Exception {
    byte[] bytes = {1};
    String plain = changed(entries -> entries.put(name, bytes));
    assertThatThrownBy(() -> PipelineArchive.read(plain, target()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but has '" + name + "'");
    String announced = changed(entries -> announce(entries, name, bytes));
    assertThatThrownBy(() -> PipelineArchive.read(announced, target()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but has '" + name + "'");
    assertThat(folder.resolve("unpacked")).doesNotExist();
    assertThat(folder.getParent().resolve("evil")).doesNotExist();
  }

  private static void announce(Map<String, byte[]> entries, String name, byte[] bytes) {
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      String text = new String(entries.get("index.json"), StandardCharsets.UTF_8);
      String quoted = new ObjectMapper().writeValueAsString(name);
      String entry = quoted + ": {\"lengthBytes\": 1, \"sha256\": \"" + hash + "\"}, ";
      entries.put(
          "index.json",
          text.replaceFirst("(\"files\" : \\{)", "$1" + Matcher.quoteReplacement(entry))
              .getBytes(StandardCharsets.UTF_8));
      entries.put(name, bytes);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDamagedArchiveIsRefusedAndLeavesNothing() throws Exception {
    String flipped =
        changed(
            entries ->
                entries.values().stream().skip(2).filter(b -> b.length > 0).findFirst().get()[0]++);
    assertThatThrownBy(() -> PipelineArchive.read(flipped, target()))
        .hasMessageContaining("is damaged");
    String longer = changed(entries -> entries.put("record.json", new byte[1 << 20]));
    assertThatThrownBy(() -> PipelineArchive.read(longer, target()))
        .hasMessageContaining("'record.json' is damaged");
    String less = changed(entries -> entries.remove("record.json"));
    assertThatThrownBy(() -> PipelineArchive.read(less, target()))
        .hasMessageContaining("without 'record.json'; it is cut off");
    String more = changed(entries -> entries.put("model/more", new byte[3]));
    assertThatThrownBy(() -> PipelineArchive.read(more, target()))
        .hasMessageContaining("once each, but has 'model/more'");
    Path text = Files.writeString(folder.resolve("text"), "no zip");
    assertThatThrownBy(() -> PipelineArchive.read(text.toString(), target()))
        .hasMessageContaining("must be a zip that begins with index.json");
    assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith(".part"));
    assertThat(folder.resolve("unpacked")).doesNotExist();
  }

  @Test
  void anMlflowFolderHasWhatMlflowReads() throws Exception {
    Path path = folder.resolve("mlflow");
    MlflowFolder.write(run.model(), record, path.toString());

    Map<?, ?> model = yaml(path.resolve("MLmodel"));
    Map<?, ?> flavors = (Map<?, ?>) model.get("flavors");
    Map<?, ?> spark = (Map<?, ?>) flavors.get("spark");
    assertThat(spark.get("model_data")).isEqualTo("sparkml");
    assertThat(spark.get("pyspark_version")).isEqualTo(record.versions().get("spark"));
    Map<?, ?> function = (Map<?, ?>) flavors.get("python_function");
    assertThat(function.get("loader_module")).isEqualTo("mlflow.spark");
    for (Object file : ((Map<?, ?>) function.get("env")).values()) {
      assertThat(yaml(path.resolve((String) file)).get("dependencies")).isNotNull();
    }
    assertThat((String) model.get("model_uuid")).matches("[0-9a-f]{32}");
    PipelineModel back = PipelineModel.load(path.resolve("sparkml").toString());
    assertThat(predictions(back)).isEqualTo(predictions(run.model()));
    assertThat(ModelRecord.fromJson(Files.readString(path.resolve("record.json")), path.toString()))
        .isEqualTo(record);
    assertThatThrownBy(() -> MlflowFolder.write(run.model(), record, path.toString()))
        .hasMessageContaining("nothing may be at");
  }

  /** ND4J brings a YAML parser along. */
  private static Map<?, ?> yaml(Path file) throws IOException {
    return new org.nd4j.shade.jackson.databind.ObjectMapper(new YAMLFactory())
        .readValue(Files.readString(file), Map.class);
  }
}
