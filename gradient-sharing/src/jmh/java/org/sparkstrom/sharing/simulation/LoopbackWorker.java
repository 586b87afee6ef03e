// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.IdleStrategy;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.RegionExchange;
import org.sparkstrom.sharing.round.SynchronousExchange;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;
import org.sparkstrom.sharing.transport.aeron.StreamIds;

/**
 * The program of one JVM in a real run: some rounds over Aeron on the loopback interface.
 *
 * <p>Arguments: the parent's TCP port, this worker's rank, and {@code echo}, {@code mesh} or {@code
 * regions}. The secret comes from the parent's socket and is worth nothing beyond the run.
 */
final class LoopbackWorker {
  static final float TAU = 1;

  /** Entries of a worker's update above the threshold in each round: a density of 1e-3. */
  static final int ENTRIES = 1000;

  /**
   * Compiled code is in use after them, the processor's AES included. They come in runs of both
   * kinds as those that are timed: a loop that is entered once is compiled anew while it runs.
   */
  private static final int WARM_UP_RUNS = 50;

  private static final int WARM_UP_ROUNDS = 100;
  private static final long WARM_UP_STEP_NS = 1_000_000;

  private static final long SESSION_ID = 9;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private LoopbackWorker() {}

  /** Runs until the rounds are done. */
  public static void main(String[] arguments) throws Exception {
    int rank = Integer.parseInt(arguments[1]);
    try (Socket control =
            new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        Transport transport = open(rank)) {
      control.setSoTimeout((int) DEADLINE.toMillis());
      DataOutputStream out = new DataOutputStream(control.getOutputStream());
      DataInputStream in = new DataInputStream(control.getInputStream());
      out.writeInt(rank);
      out.writeInt(transport.endpoint().port());
      int[] ports = new int[in.readInt()];
      for (int i = 0; i < ports.length; i++) {
        ports[i] = in.readInt();
      }
      if (arguments[2].equals("echo")) {
        echo(transport, ports[0], in);
      } else {
        byte[] secret = in.readNBytes(32);
        int rounds = in.readInt();
        long stepNs = in.readLong();
        Peering peering =
            new Peering(
                view(ports),
                rank,
                new SessionKeys(FitSecret.random(new Known(secret)), SESSION_ID),
                transport,
                Liveness.ALWAYS);
        rounds(arguments[2], peering, rounds, stepNs, out);
        in.read(); // until all are done
      }
    }
  }

  /**
   * Streams are numbered by a key that is worth nothing: what is measured stays on this machine.
   */
  static AeronTransport open(int rank) {
    SessionKeys keys = new SessionKeys(FitSecret.random(new Known(new byte[32])), SESSION_ID);
    return AeronTransport.open(AeronConfig.on("127.0.0.1"), new StreamIds(keys, rank, rank));
  }

  static Transport.Peer peer(int rank, int port) {
    return new Transport.Peer(rank, rank, new Transport.Endpoint("127.0.0.1", port));
  }

  private static void echo(Transport transport, int port, DataInputStream in) throws IOException {
    transport.connect(List.of(peer(0, port)));
    long endNs = System.nanoTime() + DEADLINE.toNanos();
    IdleStrategy idle = Loopback.idleStrategy();
    Deque<ByteBuffer> echoes = new ArrayDeque<>();
    while (System.nanoTime() < endNs && in.available() == 0) {
      int done =
          transport.poll(
              frame -> echoes.add(ByteBuffer.allocate(frame.remaining()).put(frame).flip()));
      while (!echoes.isEmpty()) {
        transport.send(0, echoes.remove());
      }
      idle.idle(done);
    }
  }

  private static View view(int[] ports) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      members.add(new Member(i, i, "127.0.0.1", ports[i], 1, "JVM " + i));
    }
    return new View(SESSION_ID, 1, members);
  }

  private static void rounds(
      String topology, Peering peering, int rounds, long stepNs, DataOutputStream out)
      throws IOException {
    ExchangeConfig config =
        new ExchangeConfig(
            Quantizer.THRESHOLD, Aggregation.MEAN, new FixedThreshold(TAU), DEADLINE, 1);
    Network network = Network.million(0);
    float[] update = new float[network.layout().parameterCount()];
    try (UpdateExchange exchange =
        topology.equals("mesh")
            ? new SynchronousExchange(peering, network.layout(), config)
            : new RegionExchange(peering, network.layout(), config)) {
      for (int run = 0; run < WARM_UP_RUNS; run++) {
        timedRounds(exchange, peering.rank(), update, WARM_UP_ROUNDS, run % 2 * WARM_UP_STEP_NS);
      }
      long[] bareNs = timedRounds(exchange, peering.rank(), update, rounds, 0);
      long[] steppedNs = timedRounds(exchange, peering.rank(), update, rounds, stepNs);
      for (long[] times : new long[][] {bareNs, steppedNs}) {
        for (long ns : times) {
          out.writeLong(ns);
        }
      }
    }
  }

  /**
   * The update is made, then the worker sleeps to the end of its step, as one whose accelerator
   * computes.
   */
  private static long[] timedRounds(
      UpdateExchange exchange, int rank, float[] update, int rounds, long stepNs) {
    long[] times = new long[rounds];
    long startNs = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      fill(rank, round, update);
      Loopback.sleepUntil(startNs + stepNs);
      exchange.exchange(update);
      long nowNs = System.nanoTime();
      times[round] = nowNs - startNs;
      startNs = nowNs;
    }
    return times;
  }

  /** A few entries at random places; the simulator gets the same. */
  static void fill(int worker, long round, float[] update) {
    Arrays.fill(update, 0);
    Random random = new Random(worker * 1_000_003L + round);
    for (int i = 0; i < ENTRIES; i++) {
      update[random.nextInt(update.length)] = random.nextBoolean() ? TAU : -TAU;
    }
  }

  static Updates updates() {
    return new Updates() {
      @Override
      public void fill(int worker, long round, float[] update) {
        LoopbackWorker.fill(worker, round, update);
      }
    };
  }

  /** The source of a secret that another process has drawn. */
  private static final class Known extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] drawn;

    Known(byte[] drawn) {
      this.drawn = drawn.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(drawn, 0, bytes, 0, bytes.length);
    }
  }
}
