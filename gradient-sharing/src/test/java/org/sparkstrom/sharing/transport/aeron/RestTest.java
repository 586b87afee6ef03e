// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.transport.Transport;

/** What transports take while nothing happens, and what is left of them afterwards. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RestTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CYCLES = 20;

  @Test
  void twoConnectedTransportsAtRestTakeLessThanATwentiethOfACore() {
    try (Transport one = open(0);
        Transport other = open(1)) {
      connect(one, other);
      Map<Long, Long> before = cpuNsOfOurThreads();
      assertThat(before).hasSize(3);
      long startNs = System.nanoTime();

      Await.until(
          "a second has passed", () -> System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(1));

      long tookNs = System.nanoTime() - startNs;
      long usedNs = 0;
      for (Map.Entry<Long, Long> after : cpuNsOfOurThreads().entrySet()) {
        usedNs += after.getValue() - before.get(after.getKey());
      }
      assertThat((double) usedNs / tookNs).as("share of a core").isLessThan(0.05);
    }
  }

  @Test
  void twentyTransportsLeaveNeitherThreadNorFilePortOrBuffer() throws Exception {
    cycle(); // what the JDK and Aeron keep for good
    Map<String, Long> buffersBefore = bufferBytes();
    List<String> threadsBefore = ourThreads();

    for (int i = 0; i < CYCLES; i++) {
      cycle();
    }

    assertThat(threadsBefore).isEmpty();
    assertThat(ourThreads()).isEmpty();
    Await.until(
        "buffers are freed; before " + buffersBefore + ", now " + bufferBytes(),
        () -> {
          System.gc(); // direct buffers go with their objects
          Map<String, Long> now = bufferBytes();
          return now.entrySet().stream()
              .allMatch(pool -> pool.getValue() <= buffersBefore.get(pool.getKey()));
        });
    assertThat(mappedLogs()).isEmpty();
  }

  private static void cycle() throws IOException {
    Path directory;
    int port;
    try (Transport one = open(0);
        Transport other = open(1);
        MediaDriverLease lease = MediaDriverLease.acquire()) {
      connect(one, other);
      directory = lease.directory().getParent();
      port = one.endpoint().port();
      one.send(1, ByteBuffer.allocate(100_000));
      Await.until(
          "a frame arrives",
          () -> {
            one.poll(frame -> {});
            boolean[] arrived = new boolean[1];
            other.poll(frame -> arrived[0] = true);
            return arrived[0];
          });
    }
    assertThat(directory).doesNotExist();
    try (DatagramSocket again =
        new DatagramSocket(new InetSocketAddress(LocalAddress.resolve("127.0.0.1"), port))) {
      assertThat(again.isBound()).isTrue();
    }
  }

  private static Transport open(int rank) {
    return AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(rank));
  }

  private static void connect(Transport one, Transport other) {
    one.connect(List.of(TestKeys.peer(1, other.endpoint().port())));
    other.connect(List.of(TestKeys.peer(0, one.endpoint().port())));
    Await.until("connected", () -> one.connected() && other.connected());
  }

  private static Map<Long, Long> cpuNsOfOurThreads() {
    Map<Long, Long> used = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      if (isOurs(
          THREADS.getThreadInfo(id) == null ? "" : THREADS.getThreadInfo(id).getThreadName())) {
        used.put(id, THREADS.getThreadCpuTime(id));
      }
    }
    return used;
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(RestTest::isOurs)
        .toList();
  }

  private static boolean isOurs(String thread) {
    return thread.contains("sparkstrom") || thread.contains("aeron") || thread.contains("[sender");
  }

  private static Map<String, Long> bufferBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .collect(Collectors.toMap(BufferPoolMXBean::getName, BufferPoolMXBean::getTotalCapacity));
  }

  /** Files of a driver that this process still has in its memory, whether removed or not. */
  private static List<String> mappedLogs() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return List.of();
    }
    return Files.readAllLines(maps).stream()
        .filter(line -> line.contains("/sparkstrom-") && line.contains("/aeron/"))
        .toList();
  }
}
