// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.spark.evaluation.EpochFigures;

class CheckpointDirectoryTest {
  private static final SortedMap<String, String> FACTS =
      new TreeMap<>(Map.of("seed", "42", "workers", "2"));

  @TempDir Path temp;
  private CheckpointDirectory directory;

  @BeforeEach
  void open() {
    // A default file system that nobody may touch: the path names its own.
    Configuration configuration = new Configuration();
    configuration.set("fs.defaultFS", "hdfs://no-such-host.invalid:1");
    directory = CheckpointDirectory.open(configuration, temp.resolve("all").toUri().toString());
  }

  @Test
  void givesBackWhatWasWritten() {
    Checkpoint written = write(2, 40, 0.75);
    Checkpoint read = choose(ResumePolicy.LATEST, FACTS).orElseThrow();
    assertThat(read).isEqualTo(written);
    assertThat(read.manifest().history().get(0).validation()).containsEntry("accuracy", 0.5);
    assertThat(read.manifest().history().get(0).loss()).isNaN();
    CheckpointPart common = read.readCommon(directory.files());
    assertThat(common.text("configuration")).isEqualTo("{}");
    assertThat(common.floats("parameters")).containsExactly(1f, 2f, 40f);
    assertThat(read.parts().ofAnyWorker().rank()).isZero();
    assertThat(read.parts().ofRank(1)).isPresent();
    assertThat(read.parts().ofRank(2)).isEmpty();
  }

  @Test
  void isEmptyBeforeTheFirst() {
    for (ResumePolicy policy : ResumePolicy.values()) {
      assertThat(choose(policy, FACTS)).isEmpty();
    }
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void findingItWritableLeavesNothing() throws IOException {
    directory.requireWritable();
    directory.requireWritable();
    try (Stream<Path> left = Files.list(temp.resolve("all"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void choosesTheNewestThatIsComplete() throws IOException {
    write(1, 20, Double.NaN);
    write(2, 40, Double.NaN);
    writeParts(3, 60);
    assertThat(choose(ResumePolicy.LATEST, FACTS).orElseThrow().manifest().epoch()).isEqualTo(2);
    directory.removeIncomplete();
    assertThat(names()).hasSize(2).allSatisfy(name -> assertThat(name).doesNotContain("00003"));
  }

  @Test
  void keepsTheNewestAndTheBest() throws IOException {
    write(1, 20, 0.5);
    write(2, 40, 0.9);
    write(3, 60, 0.7);
    write(4, 80, 0.6);
    write(5, 100, 0.9);
    assertThat(directory.list())
        .extracting(checkpoint -> checkpoint.manifest().epoch())
        .containsExactly(2, 4, 5);
    assertThat(names()).hasSize(3);
  }

  @Test
  void leavesFilesOfOthersAlone() throws IOException {
    Path stranger = temp.resolve("all").resolve("model");
    Files.createDirectories(stranger);
    write(1, 20, 0.5);
    write(2, 40, 0.5);
    write(3, 60, 0.5);
    write(4, 80, 0.5);
    directory.removeIncomplete();
    assertThat(stranger).exists();
  }

  @Test
  void refusesToMixFits() {
    write(1, 20, 0.5);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> choose(ResumePolicy.NEVER, FACTS))
        .withMessageContaining("must be empty where a fit does not resume")
        .withMessageContaining("checkpoint-00001-0000000020");
  }

  @ParameterizedTest
  @EnumSource(names = {"LATEST", "LATEST_READABLE"})
  void saysWhatDiffersFromAFitOfAnotherKind(ResumePolicy policy) {
    write(1, 20, 0.5);
    SortedMap<String, String> other =
        new TreeMap<>(Map.of("seed", "43", "workers", "2", "batchSize", "64"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> choose(policy, other))
        .withMessageContaining(
            "differs: batchSize is 64 here and nothing there; seed is 43 here and 42 there.");
  }

  @Test
  void putsAFactThatIsAHashInWords() {
    Checkpoint written = write(1, 20, 0.5);
    SortedMap<String, String> other = new TreeMap<>(FACTS);
    other.put("seed", "43");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () ->
                directory.choose(
                    ResumePolicy.LATEST,
                    other,
                    (checkpoint, fact) -> {
                      assertThat(checkpoint).isEqualTo(written);
                      return Optional.of("'" + fact + "' in words");
                    }))
        .withMessageContaining("differs: seed: 'seed' in words. Fit as");
  }

  @Test
  void namesADamagedFileAndFallsBackOnlyIfAsked() throws IOException {
    write(1, 20, 0.5);
    Checkpoint newest = write(2, 40, 0.5);
    for (String file : List.of("network.part", "worker-00001.part", Manifest.FILE_NAME)) {
      Path path = local(newest).resolve(file);
      byte[] whole = Files.readAllBytes(path);
      for (int damage = 0; damage < 3; damage++) {
        damage(path, whole, damage);
        assertThatExceptionOfType(CheckpointException.class)
            .as("%s, damage %d", file, damage)
            .isThrownBy(() -> choose(ResumePolicy.LATEST, FACTS))
            .withMessageContaining(file)
            .withMessageContaining("LATEST_READABLE");
        assertThat(choose(ResumePolicy.LATEST_READABLE, FACTS))
            .hasValueSatisfying(c -> assertThat(c.manifest().epoch()).isEqualTo(1));
      }
      restore(path, whole);
      assertThat(choose(ResumePolicy.LATEST, FACTS)).contains(newest);
    }
  }

  @Test
  void namesAFileThatIsMissing() throws IOException {
    Checkpoint newest = write(2, 40, 0.5);
    Files.delete(local(newest).resolve("worker-00000.part"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> choose(ResumePolicy.LATEST, FACTS))
        .withMessageContaining("worker-00000.part")
        .withMessageContaining("cannot be read");
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path inTheWay = temp.resolve("file");
    Files.writeString(inTheWay, "not a directory");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () ->
                PartFile.write(
                    directory.files(),
                    new org.apache.hadoop.fs.Path(inTheWay.toUri()),
                    0,
                    CheckpointPart.of(Map.of())))
        .withMessageContaining("cannot be written");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(temp.toUri());
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () ->
                WholeFile.write(
                    directory.files(),
                    new org.apache.hadoop.fs.Path(path, "half"),
                    out -> {
                      out.write(1);
                      throw new IOException("no space left on device");
                    }))
        .withMessageContaining("no space left on device");
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(inTheWay);
    }
  }

  @Test
  void writesInTheBackgroundAndTellsOfFailures() throws IOException {
    List<PartFile> written = new CopyOnWriteArrayList<>();
    org.apache.hadoop.fs.Path path = directory.pathOf(1, 20, 7);
    try (CheckpointWriter writer =
        new CheckpointWriter(directory.files(), Duration.ofSeconds(20))) {
      writer.write(path, parts(20), written::addAll);
      writer.await();
      assertThat(written).extracting(PartFile::rank).containsExactly(-1, 0, 1);
      writer.write(
          path,
          Map.of(0, CheckpointPart.of(Map.of())),
          parts -> {
            throw new IllegalStateException("the driver is gone");
          });
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(writer::await)
          .withMessageContaining(path.getName())
          .withMessageContaining("the driver is gone");
    }
  }

  private Optional<Checkpoint> choose(ResumePolicy policy, SortedMap<String, String> facts) {
    return directory.choose(policy, facts, CheckpointDirectory.Explanation.NONE);
  }

  private Checkpoint write(int epoch, long round, double score) {
    org.apache.hadoop.fs.Path path = directory.pathOf(epoch, round, 7);
    Manifest manifest =
        new Manifest(
            FACTS,
            epoch,
            round,
            writeParts(epoch, round),
            List.of(new EpochFigures(0, Double.NaN, Map.of("accuracy", 0.5))),
            score,
            1000 + round);
    return directory.complete(path, manifest, 2);
  }

  private List<PartFile> writeParts(int epoch, long round) {
    org.apache.hadoop.fs.Path path = directory.pathOf(epoch, round, 7);
    return parts(round).entrySet().stream()
        .map(e -> PartFile.write(directory.files(), path, e.getKey(), e.getValue()))
        .toList();
  }

  private static Map<Integer, CheckpointPart> parts(long round) {
    Map<Integer, CheckpointPart> parts = new LinkedHashMap<>();
    Map<String, java.nio.ByteBuffer> common = new LinkedHashMap<>();
    common.put("configuration", CheckpointPart.bytes("{}"));
    common.put("parameters", CheckpointPart.bytes(new float[] {1, 2, round}));
    parts.put(PartFile.COMMON, CheckpointPart.of(common));
    parts.put(0, CheckpointPart.of(Map.of("updater", CheckpointPart.bytes(new float[] {3}))));
    parts.put(1, CheckpointPart.of(Map.of("updater", CheckpointPart.bytes(new float[] {4}))));
    return parts;
  }

  /** Changes the bytes behind the back of Hadoop's own checksums. */
  private static void damage(Path path, byte[] whole, int how) throws IOException {
    byte[] bytes = whole.clone();
    switch (how) {
      case 0 -> bytes[bytes.length / 2] ^= 1;
      case 1 -> bytes = java.util.Arrays.copyOf(bytes, bytes.length - 3);
      default -> bytes[bytes.length - 2] ^= 1;
    }
    restore(path, bytes);
  }

  private static void restore(Path path, byte[] bytes) throws IOException {
    Files.deleteIfExists(path.resolveSibling("." + path.getFileName() + ".crc"));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(0);
      file.write(bytes);
    }
  }

  private static Path local(Checkpoint checkpoint) {
    return Path.of(checkpoint.path().toUri().getPath());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(temp.resolve("all"))) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .toList();
    }
  }
}
