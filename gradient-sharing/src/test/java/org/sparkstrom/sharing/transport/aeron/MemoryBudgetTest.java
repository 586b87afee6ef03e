// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.sharing.transport.Transport.Peer;

/** A worker with 63 peers: what its media driver really takes of /dev/shm. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MemoryBudgetTest {
  private static final int PEERS = 63;
  private static final int TERM_BYTES = 128 * 1024;
  private static final long BUDGET_BYTES = AeronConfig.DEFAULT_MEMORY_BUDGET_BYTES;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir private static Path temporary;

  @Test
  void sixtyThreePeersFitAStockDevShm() throws Exception {
    Path memory = Path.of("/dev/shm");
    assumeTrue(
        Files.isDirectory(memory) && Files.getFileStore(memory).getUsableSpace() > 3 * BUDGET_BYTES,
        "both JVMs of this test need 64 MiB of /dev/shm each, and some to spare");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ChildJvm child = startPeers(server.getLocalPort());
        AeronTransport hub = AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(0));
        MediaDriverLease lease = MediaDriverLease.acquire()) {
      server.setSoTimeout((int) DEADLINE.toMillis());
      try (Socket control = server.accept()) {
        control.setSoTimeout((int) DEADLINE.toMillis());
        hub.connect(readPeers(control));
        new DataOutputStream(control.getOutputStream()).writeInt(hub.endpoint().port());
        Await.until("connected", hub::connected);
        Path driver = lease.directory();
        Await.until("images", () -> files(driver.resolve("images")).size() == PEERS);

        assertThat(files(driver.resolve("publications")))
            .hasSize(PEERS)
            .allSatisfy(log -> assertThat(log).hasSize(LogBudget.logBytes(TERM_BYTES)));
        assertThat(files(driver.resolve("images")))
            .allSatisfy(log -> assertThat(log).hasSize(LogBudget.logBytes(TERM_BYTES)));
        assertThat(lengthOf(driver))
            .isLessThanOrEqualTo(BUDGET_BYTES)
            .isGreaterThan(BUDGET_BYTES * 9 / 10);
      }
      assertThat(child.awaitExit(DEADLINE)).as("%s", child.output()).isZero();
    }
  }

  private static ChildJvm startPeers(int port) throws Exception {
    return ChildJvm.start(
        temporary,
        ChildJvm.sparkFlags(),
        LeafPeers.class,
        Integer.toString(port),
        Integer.toString(PEERS),
        Integer.toString(TERM_BYTES));
  }

  private static List<Peer> readPeers(Socket control) throws Exception {
    DataInputStream in = new DataInputStream(control.getInputStream());
    List<Peer> peers = new ArrayList<>();
    for (int rank = 1; rank <= PEERS; rank++) {
      peers.add(TestKeys.peer(rank, in.readInt()));
    }
    return peers;
  }

  private static long lengthOf(Path directory) throws Exception {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
