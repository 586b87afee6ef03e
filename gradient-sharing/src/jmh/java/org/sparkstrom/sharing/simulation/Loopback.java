// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
  private static final int WARM_UP_TRIES = 600;
  private static final long PAUSE_NS = 2_000_000;
  private static final long SHARE_NS = 1_000_000_000;
  private static final long BURST_NS = 1_000_000;
  private static final int SECRET_BYTES = 32;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Loopback() {}

  /** Sends frames to another JVM and back, one after the other, and each after a pause. */
  static FrameCosts measure() throws Exception {
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
        echoes(transport, SMALL_BYTES, WARM_UP_TRIES, PAUSE_NS);
        Echo awake = echoes(transport, SMALL_BYTES, TRIES, 0);
        Echo slept = echoes(transport, SMALL_BYTES, TRIES, PAUSE_NS);
        Echo large = echoes(transport, LARGE_BYTES, TRIES / 10, 0);
        out.write(1);
        return new FrameCosts(
            awake.tookNs(),
            awake.workerNs(),
            awake.driverNs(),
            Math.max(0, (large.tookNs() - awake.tookNs()) / 2 / (LARGE_BYTES - SMALL_BYTES)),
            Math.max(0, slept.workerNs() - awake.workerNs()),
            Math.max(0, slept.driverNs() - awake.driverNs()));
      } finally {
        end(child);
      }
    }
  }

  private static long driverThread() {
    for (long id : THREADS.getAllThreadIds()) {
      ThreadInfo thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().contains("[sender")) {
        return id;
      }
    }
    throw new IllegalStateException("no media driver runs in this JVM");
  }

  /**
   * Median times of real rounds over all workers.
   *
   * @param bareNs one after the other
   * @param steppedNs with a step of computing in each
   */
  record Rounds(double bareNs, double steppedNs) {}

  /** Runs rounds until they are compiled, then those of both kinds that are timed. */
  static Rounds rounds(String topology, int workers, int rounds, long stepNs) throws Exception {
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
        out.writeInt(rounds);
        out.writeLong(stepNs);
      }
      return new Rounds(median(byRank, rounds), median(byRank, rounds));
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
      for (int round = 0; round < rounds; round++) {
        times[count++] = in.readLong();
      }
    }
    return median(times);
  }

  /**
   * A frame on its way, the median of some that went there and back.
   *
   * @param tookNs time of the clock, from JVM to JVM
   * @param workerNs processor time of this thread, to send or to receive it
   * @param driverNs the same of the media driver
   */
  private record Echo(double tookNs, double workerNs, double driverNs) {}

  private static Echo echoes(Transport transport, int bytes, int tries, long pauseNs) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    double[] took = new double[tries];
    double[] worker = new double[tries];
    long driver = driverThread();
    long driverNs = 0;
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
    IdleStrategy idle = idleStrategy();
    for (int i = -tries; i < tries; i++) {
      boolean[] back = {false};
      sleepUntil(System.nanoTime() + pauseNs);
      driverNs = i == 0 ? THREADS.getThreadCpuTime(driver) : driverNs;
      long workerNs = THREADS.getCurrentThreadCpuTime();
      long startNs = System.nanoTime();
      transport.send(1, frame);
      while (!back[0]) {
        int done = transport.poll(received -> back[0] = true);
        if (System.nanoTime() > deadlineNs) {
          throw new IllegalStateException("a frame of " + bytes + " bytes has not come back");
        }
        idle.idle(done);
      }
      took[Math.max(0, i)] = System.nanoTime() - startNs;
      worker[Math.max(0, i)] = THREADS.getCurrentThreadCpuTime() - workerNs;
    }
    driverNs = THREADS.getThreadCpuTime(driver) - driverNs;
    return new Echo(median(took) / 2, median(worker) / 2, (double) driverNs / tries / 2);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Sleeps to that moment, though arriving frames wake the thread. */
  static void sleepUntil(long endNs) {
    for (long leftNs = endNs - System.nanoTime(); leftNs > 0; leftNs = endNs - System.nanoTime()) {
      LockSupport.parkNanos(leftNs);
    }
  }

  /** As exchanges wait. */
  static IdleStrategy idleStrategy() {
    return new BackoffIdleStrategy(20, 20, 10_000, 500_000);
  }

  /**
   * Share of a processor that this machine's other load leaves to a thread that works as workers
   * do, a millisecond at a time with pauses between: the mean over as many threads as there are
   * processors. Systems treat such threads better than ones that are always busy.
   */
  static double processorShare(int cores) throws InterruptedException {
    Queue<Long> burstNs = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int core = 0; core < cores; core++) {
      Thread thread = new Thread(() -> work(burstNs), "processor share " + core);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double usedNs = (double) BURST_NS * burstNs.size();
    double tookNs = burstNs.stream().mapToDouble(Long::doubleValue).sum();
    return Math.min(1, usedNs / tookNs);
  }

  private static void work(Queue<Long> burstNs) {
    long endNs = System.nanoTime() + SHARE_NS;
    while (System.nanoTime() < endNs) {
      long startNs = System.nanoTime();
      long usedNs = THREADS.getCurrentThreadCpuTime();
      while (THREADS.getCurrentThreadCpuTime() - usedNs < BURST_NS) {
        Thread.onSpinWait();
      }
      burstNs.add(System.nanoTime() - startNs);
      LockSupport.parkNanos(BURST_NS);
    }
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
