// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.spark.training.TrainingProgress;
import org.sparkstrom.spark.training.history.LongFit;
import org.tensorflow.framework.Summary;

/**
 * Event files against TensorFlow's own message classes, in ND4J's copy, and its file's first bytes.
 */
class TensorBoardEventsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);

  /** Length 24 and its masked CRC, with which every event file of TensorFlow begins. */
  private static final String FIRST_BYTES = "1800000000000000a37f4b22";

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** One scalar of a file. */
  private record Scalar(long step, String tag, float value) {}

  private static List<Scalar> scalars(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Scalar> scalars = new ArrayList<>();
    boolean first = true;
    while (bytes.hasRemaining()) {
      byte[] message = new byte[(int) bytes.getLong()];
      bytes.getInt();
      bytes.get(message);
      bytes.getInt();
      if (!first) {
        scalars.add(scalar(message));
      }
      first = false;
    }
    return scalars;
  }

  private static Scalar scalar(byte[] event) throws IOException {
    var in = org.nd4j.shade.protobuf.CodedInputStream.newInstance(event);
    long step = 0;
    Summary summary = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag >>> 3) {
        case 1 -> assertThat(in.readDouble()).isEqualTo(1_700_000_000.5);
        case 2 -> step = in.readInt64();
        case 5 -> summary = Summary.parseFrom(in.readByteArray());
        default -> throw new IOException("field " + (tag >>> 3));
      }
    }
    Summary.Value value = summary.getValue(0);
    return new Scalar(step, value.getTag(), value.getSimpleValue());
  }

  @Test
  void aFitIsAFileOfItsCurves(@TempDir Path folder) throws Exception {
    TensorBoardEvents events =
        new TensorBoardEvents(folder.resolve("runs").toString(), new Configuration(), CLOCK);
    events.onEvent(ToldFit.started());
    ToldFit.course().forEach(events::onEvent); // of a fit that goes on, and is watched

    assertThat(files(folder)).hasSize(1);
    Path file = files(folder).get(0);
    assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.1700000000.");
    assertThat(folder.resolve("runs").relativize(file.getParent()).toString())
        .matches("20231114-221320-[0-9a-f]{8}");
    byte[] start = Arrays.copyOf(Files.readAllBytes(file), FIRST_BYTES.length() / 2);
    assertThat(HexFormat.of().formatHex(start)).isEqualTo(FIRST_BYTES);
    List<Scalar> scalars = scalars(file);
    TrainingProgress last = LongFit.progress(ToldFit.ROUNDS, ToldFit.ROUNDS, 2);
    assertThat(scalars)
        .contains(
            new Scalar(ToldFit.ROUNDS, "train/loss", (float) last.loss()),
            new Scalar(ToldFit.ROUNDS, "train/rowsPerSecond", (float) last.rowsPerSecond()),
            new Scalar(1, "validation/accuracy", (float) (1 - 2 / 3.0)),
            new Scalar(1, "density/layer1", 0.002f),
            new Scalar(1, "threshold/layer0", 1 / 256f));
    assertThat(scalars.stream().filter(scalar -> scalar.tag().equals("train/loss")))
        .hasSize(ToldFit.ROUNDS); // though the first is told twice
    events.onEvent(ToldFit.completed());
    assertThat(scalars(file)).isEqualTo(scalars);
  }

  @Test
  void eachFitHasAFileThoughOneDoesNotEnd(@TempDir Path folder) throws Exception {
    TensorBoardEvents events = new TensorBoardEvents(folder.toString(), new Configuration(), CLOCK);
    events.onEvent(ToldFit.started());
    events.onEvent(ToldFit.started());
    events.onEvent(LongFit.epoch(0, 1));
    events.onEvent(ToldFit.failed());
    events.onEvent(LongFit.epoch(1, 1)); // after the end: nowhere to write to
    assertThat(files(folder)).hasSize(2);
    assertThat(files(folder)).extracting(Path::getParent).doesNotHaveDuplicates();
    List<Integer> sizes = new ArrayList<>();
    for (Path file : files(folder)) {
      sizes.add(scalars(file).size());
    }
    assertThat(sizes).containsExactlyInAnyOrder(0, 5);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    TensorBoardEvents events =
        new TensorBoardEvents(file.resolve("runs").toString(), new Configuration(), CLOCK);
    assertThatThrownBy(() -> events.onEvent(ToldFit.started()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.resolve("runs").toString());
  }
}
