// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Schemes whose messages do not depend on what is in them: the full mesh, whose frames have the
 * size that workers' own updates have, and the dense ring, whose chunks have N / W floats.
 *
 * <p>The ring is that of P. Patarasuk and X. Yuan, "Bandwidth optimal all-reduce algorithms for
 * clusters of workstations" (2009): W - 1 steps to add, W - 1 to spread. It is charged neither
 * encryption nor codec but for the conversion of float16, which favours it.
 */
final class FloodSimulation {
  private final Scheme scheme;
  private final int workerCount;
  private final double computeNs;
  private final List<Worker> workers = new ArrayList<>();

  private VirtualTime time = new VirtualTime();
  private VirtualNetwork wires;
  private Processors processors;
  private Site site;
  private long lastRound;

  FloodSimulation(Scheme scheme, int workerCount, double computeMs) {
    this.scheme = scheme;
    this.workerCount = workerCount;
    this.computeNs = computeMs * 1e6;
  }

  /**
   * What a worker does.
   *
   * @param ring send on to the next worker, or to all at once
   * @param startNs processor time before the first frame
   * @param frameBytes of one frame
   * @param sendNs processor time of sending one
   * @param receiveNs processor time of receiving one
   * @param endNs processor time at the end of a round
   */
  record Scheme(
      boolean ring,
      double startNs,
      long frameBytes,
      double sendNs,
      double receiveNs,
      double endNs) {

    /** Each worker seals once and sends to all; each decodes all, its own included. */
    static Scheme mesh(
        Network network, int workers, double entries, long frameBytes, CodecCosts costs) {
      int length = network.layout().parameterCount();
      double sealNs = costs.frame() + costs.seal() * frameBytes;
      double decodeNs = costs.decode() * entries;
      return new Scheme(
          false,
          costs.quantize() * length + costs.encode() * entries + sealNs,
          frameBytes,
          0,
          sealNs + decodeNs,
          decodeNs + costs.clear() * length + costs.take() * entries * workers);
    }

    /** Chunks of so many bytes a parameter. */
    static Scheme ring(Network network, int workers, int bytesPerParameter, CodecCosts costs) {
      int chunk = network.layout().parameterCount() / workers;
      double addNs = bytesPerParameter == Float.BYTES ? costs.add() : costs.half();
      long frameBytes = FrameSizes.SEAL_BYTES + (long) bytesPerParameter * chunk;
      return new Scheme(true, 0, frameBytes, 0, addNs * chunk, 0);
    }
  }

  Outcome run(Site where, int rounds) {
    site = where;
    time = new VirtualTime();
    processors = where.processors(time, workerCount);
    wires = new VirtualNetwork(time, where, processors, workerCount + 1, 5);
    lastRound = rounds;
    workers.clear();
    for (int place = 0; place < workerCount; place++) {
      workers.add(new Worker(place));
    }
    workers.forEach(worker -> time.at(0, worker::compute));
    time.run();
    long sent = 0;
    for (Worker worker : workers) {
      sent += wires.sentBytes(worker.place);
    }
    return new Outcome(
        (double) time.nowNs() / rounds,
        (double) sent / workerCount / rounds,
        wires.sentBytes(workerCount));
  }

  private int messages() {
    return scheme.ring ? 2 * (workerCount - 1) : workerCount - 1;
  }

  private final class Worker {
    final int place;
    int early; // frames of the next round
    int received;
    long round;
    boolean started;

    Worker(int place) {
      this.place = place;
    }

    void compute() {
      round++;
      double stepNs = site.computeNs(computeNs, place, round);
      time.at(
          site.compute(time, processors, place, stepNs),
          () -> time.at(processors.work(place, scheme.startNs), this::sendFirst));
    }

    private void sendFirst() {
      started = true;
      if (scheme.ring && workerCount > 1) {
        send((place + 1) % workerCount);
      } else {
        for (int other = 1; other < workerCount; other++) {
          send((place + other) % workerCount);
        }
      }
      if (workerCount == 1) {
        end();
      }
      int here = early;
      early = 0;
      for (int i = 0; i < here; i++) {
        take();
      }
    }

    private void send(int receiver) {
      double costNs = scheme.sendNs + site.frameNs(scheme.frameBytes);
      long readyNs = processors.work(place, costNs);
      Worker other = workers.get(receiver);
      long of = round;
      wires.send(place, receiver, scheme.frameBytes, readyNs, () -> other.arrive(of));
    }

    private void arrive(long of) {
      if (started && of == round) {
        take();
      } else {
        early++;
      }
    }

    private void take() {
      double costNs = scheme.receiveNs + site.frameNs(scheme.frameBytes);
      time.at(processors.work(place, costNs), this::taken);
    }

    private void taken() {
      received++;
      if (scheme.ring && received < messages()) {
        send((place + 1) % workerCount);
      }
      if (received == messages()) {
        end();
      }
    }

    private void end() {
      received = 0;
      started = false;
      long endNs = processors.work(place, scheme.endNs);
      time.at(endNs, round < lastRound ? this::compute : () -> {});
    }
  }
}
