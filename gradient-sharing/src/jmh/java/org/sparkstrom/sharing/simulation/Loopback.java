// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;

/** Real runs of a few JVMs on this machine, and what its loopback interface is like. */
final class Loopback {
  private static final int DEADLINE_MS = 120_000;
  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 1 << 20;
  private static final int TRIES = 200;
  private static final long PAUSE_NS = 2_000_000;
  private static final long SHARE_NS = 400_000_000;
  private static final int SECRET_BYTES = 32;

  private Loopback() {}

  /**
   * Measured times between two JVMs.
   *
   * @param latencyNs of a small frame, from send to receipt
   * @param byteNs further time for each byte of a frame
   */
  record Figures(long latencyNs, double byteNs) {}

  /** Sends frames to another JVM and back, each after a pause, as rounds have them. */
  static Figures measure() throws Exception {
    try (ServerSocket server = listen();
        AeronTransport transport = LoopbackWorker.open(0)) {
      Process child = start(server, 1, "echo");
      try (Socket control = server.accept()) {
        control.setSoTimeout(DEADLINE_MS);
        DataInputStream in = new DataInputStream(control.getInputStream());
        DataOutputStream out = new DataOutputStream(control.getOutputStream());
        in.readInt();
        int port = in.readInt();
        transport.connect(List.of(LoopbackWorker.peer(1, port)));
        out.writeInt(1);
        out.writeInt(transport.endpoint().port());
        double small = medianNs(transport, SMALL_BYTES, TRIES);
        double large = medianNs(transport, LARGE_BYTES, TRIES / 10);
        out.write(1);
        return new Figures(
            (long) (small / 2), Math.max(0, (large - small) / 2 / (LARGE_BYTES - SMALL_BYTES)));
      } finally {
        end(child);
      }
    }
  }

  /** Median time of a round over all workers, after a warm-up of as many rounds. */
  static double roundNs(String topology, int workers, int rounds) throws Exception {
    List<Process> children = new ArrayList<>();
    List<Socket> controls = new ArrayList<>();
    try (ServerSocket server = listen()) {
      Socket[] byRank = new Socket[workers];
      int[] ports = new int[workers];
      for (int rank = 0; rank < workers; rank++) {
        children.add(start(server, rank, topology));
      }
      for (int i = 0; i < workers; i++) {
        Socket control = server.accept();
        control.setSoTimeout(DEADLINE_MS);
        controls.add(control);
        DataInputStream in = new DataInputStream(control.getInputStream());
        int rank = in.readInt();
        ports[rank] = in.readInt();
        byRank[rank] = control;
      }
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      for (Socket control : byRank) {
        DataOutputStream out = new DataOutputStream(control.getOutputStream());
        out.writeInt(workers);
        for (int port : ports) {
          out.writeInt(port);
        }
        out.write(secret);
        out.writeInt(2 * rounds);
      }
      return median(byRank, rounds);
    } finally {
      for (Socket control : controls) {
        control.close();
      }
      for (Process child : children) {
        end(child);
      }
    }
  }

  private static double median(Socket[] controls, int rounds) throws IOException {
    double[] times = new double[controls.length * rounds];
    int count = 0;
    for (Socket control : controls) {
      DataInputStream in = new DataInputStream(control.getInputStream());
      for (int round = 0; round < 2 * rounds; round++) {
        long ns = in.readLong();
        if (round >= rounds) {
          times[count++] = ns;
        }
      }
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static double medianNs(Transport transport, int bytes, int tries) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    double[] times = new double[tries];
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
    IdleStrategy idle = idleStrategy();
    for (int i = -tries; i < tries; i++) {
      boolean[] back = {false};
      LockSupport.parkNanos(PAUSE_NS);
      long startNs = System.nanoTime();
      transport.send(1, frame);
      while (!back[0]) {
        int done = transport.poll(received -> back[0] = true);
        if (System.nanoTime() > deadlineNs) {
          throw new IllegalStateException("a frame of " + bytes + " bytes has not come back");
        }
        idle.idle(done);
      }
      times[Math.max(0, i)] = System.nanoTime() - startNs;
    }
    Arrays.sort(times);
    return times[tries / 2];
  }

  /** As exchanges wait. */
  static IdleStrategy idleStrategy() {
    return new BackoffIdleStrategy(20, 20, 10_000, 500_000);
  }

  /**
   * Share of the processors that this machine's other load leaves: what as many busy threads get.
   */
  static double processorShare(int cores) throws InterruptedException {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    AtomicLong gotNs = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int core = 0; core < cores; core++) {
      Thread thread =
          new Thread(
              () -> {
                long endNs = System.nanoTime() + SHARE_NS;
                while (System.nanoTime() < endNs) {
                  Thread.onSpinWait();
                }
                gotNs.addAndGet(bean.getCurrentThreadCpuTime());
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return Math.min(1, (double) gotNs.get() / SHARE_NS / cores);
  }

  private static ServerSocket listen() throws IOException {
    ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    server.setSoTimeout(DEADLINE_MS);
    return server;
  }

  private static Process start(ServerSocket server, int rank, String mode) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoopbackWorker.class.getName(),
                Integer.toString(server.getLocalPort()),
                Integer.toString(rank),
                mode));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void end(Process child) throws InterruptedException {
    if (!child.waitFor(5, TimeUnit.SECONDS)) {
      child.destroyForcibly();
    }
  }
}
