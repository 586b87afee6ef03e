// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The transport between this JVM and another one on the same host, as two executors use it. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class TwoJvmsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private static Path temporary;

  private ServerSocket server;
  private ChildJvm child;
  private Socket control;
  private AeronTransport transport;

  @BeforeEach
  void startThePeerWithSparksFlagsOnly() throws Exception {
    assertThat(ChildJvm.sparkFlags())
        .as("the flags of this JVM are those of Spark")
        .anyMatch(flag -> flag.contains("java.base/java.lang="))
        .noneMatch(flag -> flag.contains("jdk.internal.misc"));
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server.setSoTimeout((int) DEADLINE.toMillis());
    child =
        ChildJvm.start(
            temporary,
            ChildJvm.sparkFlags(),
            EchoPeer.class,
            Integer.toString(server.getLocalPort()));
    control = server.accept();
    control.setSoTimeout((int) DEADLINE.toMillis());
    transport = AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(0));
    int port = new DataInputStream(control.getInputStream()).readInt();
    transport.connect(List.of(TestKeys.peer(1, port)));
    new DataOutputStream(control.getOutputStream()).writeInt(transport.endpoint().port());
    await("connected", () -> transport.connected());
  }

  @AfterEach
  void stopAll() throws IOException {
    if (transport != null) {
      transport.close();
    }
    if (control != null) {
      control.close();
    }
    if (child != null) {
      child.close();
    }
    server.close();
  }

  @Test
  void framesOfAllSizesComeBackAsTheyWereSent() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<byte[]> sent = new ArrayList<>();
    for (int length : new int[] {1, 100, 1368, 1369, 16_344, 16_345, 100_000, 8 << 20, 3}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      sent.add(bytes);
      transport.send(1, ByteBuffer.wrap(bytes));
    }
    List<byte[]> received = new ArrayList<>();

    await(
        "all frames, seed " + seed,
        () -> {
          transport.poll(
              frame -> {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                received.add(bytes);
              });
          return received.size() == sent.size();
        });

    assertThat(received).as("seed %d", seed).containsExactlyElementsOf(sent);
    assertThat(transport.droppedChunkCount()).isZero();
    control.getOutputStream().write(1);
    assertThat(child.awaitExit(DEADLINE)).as("%s", child.output()).isZero();
  }

  @Test
  void twoDriversFitAStockDevShmAndLeaveNothingBehind() throws Exception {
    List<Path> drivers =
        List.of(directoryOf(ProcessHandle.current().pid()), directoryOf(child.pid()));
    // One log for each direction in each driver.
    await("both streams", () -> files(drivers, ".logbuffer").count() == 4);

    long bytes = files(drivers, "").mapToLong(file -> file.toFile().length()).sum();
    assertThat(bytes).as("full length of %s", files(drivers, "").toList()).isLessThan(40L << 20);

    control.getOutputStream().write(1);
    assertThat(child.awaitExit(DEADLINE)).as("%s", child.output()).isZero();
    transport.close();
    assertThat(drivers).allSatisfy(directory -> assertThat(directory).doesNotExist());
  }

  @Test
  void aPeerThatIsToldToStopRemovesItsFiles() throws Exception {
    Path directory = directoryOf(child.pid());

    child.terminate();

    await("the child has ended", () -> !child.isAlive());
    assertThat(directory).doesNotExist();
  }

  @Test
  void aPeerThatIsKilledNeverMakesPollingBlockOrThrow() throws Exception {
    child.kill();
    await("the child has ended", () -> !child.isAlive());

    transport.send(1, ByteBuffer.allocate(4 << 20));
    for (int i = 0; i < 1000; i++) {
      transport.poll(frame -> {});
    }

    assertThat(transport.flushed()).isFalse();
    deleteLeftovers(directoryOf(child.pid()));
  }

  private static Path directoryOf(long pid) throws IOException {
    for (Path place : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (Stream<Path> entries = Files.list(place)) {
        Optional<Path> found =
            entries
                .filter(entry -> entry.getFileName().toString().startsWith("sparkstrom-"))
                .filter(entry -> entry.getFileName().toString().contains("-" + pid + "-"))
                .findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new AssertionError("process " + pid + " has no directory of a media driver");
  }

  private static Stream<Path> files(List<Path> directories, String suffix) {
    return directories.stream()
        .flatMap(TwoJvmsTest::walk)
        .filter(Files::isRegularFile)
        .filter(file -> file.toString().endsWith(suffix));
  }

  private static Stream<Path> walk(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteLeftovers(Path directory) throws IOException {
    for (Path file : walk(directory).sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(file);
    }
  }

  private void await(String awaited, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadlineNs).as("not in time: %s", awaited).isNegative();
      LockSupport.parkNanos(50_000);
    }
  }
}
