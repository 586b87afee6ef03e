// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.LayoutSlice;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.sharing.topology.RegionPlan;
import org.sparkstrom.sharing.topology.RegionRound;

/**
 * Workers over regions: every one has its real {@link RegionRound}, all messages are really encoded
 * and decoded, and the virtual clock says when.
 *
 * <p>Hundreds of workers with tens of millions of parameters do not fit one machine, so the updates
 * can be a sample of the parameters. What does not depend on the number of parameters, namely how
 * dense each phase is and how often entries are multiples, is then taken from the sample; sizes and
 * costs are those of real messages with that density, written by the real codec. This is valid
 * because a parameter's way through residuals and owners does not depend on the other parameters
 * but for the threshold, which follows the density.
 */
final class RegionSimulation {
  private static final int MAX_SAMPLE_PLACES = 32;
  private static final int SEED_STEP = 1_000_003;

  private final Network network;
  private final RegionPlan plan;
  private final Updates updates;
  private final CodecCosts costs;
  private final double scale;
  private final FrameSizes sizes;
  private final PhaseStatistics statistics;
  private final List<Worker> workers = new ArrayList<>();
  private final float[] update;

  private VirtualTime time = new VirtualTime();
  private VirtualNetwork wires;
  private Processors processors;
  private Site site;
  private long[] frameBytes;
  private long lastRound;

  RegionSimulation(
      Network network,
      BlockLayout sample,
      int workerCount,
      ThresholdPolicy policy,
      Updates updates,
      CodecCosts costs) {
    this.network = network;
    this.plan = RegionPlan.of(workerCount, network.layout().parameterCount());
    this.updates = updates;
    this.costs = costs;
    this.scale = (double) network.layout().parameterCount() / sample.parameterCount();
    this.sizes = new FrameSizes(network.layout());
    this.statistics = new PhaseStatistics(plan.phases());
    this.update = new float[sample.parameterCount()];
    for (int place = 0; place < workerCount; place++) {
      workers.add(new Worker(place, new RegionRound(plan, place, sample, policy)));
    }
  }

  /** Fills all residuals as after many rounds; those who hold the same sums have the same ones. */
  void settle(int exponent, long seed) {
    for (Worker worker : workers) {
      double bound = Math.scalb(1.0, exponent);
      for (int level = 0; level <= plan.levels(); level++) {
        if (level > 0) {
          if (!plan.isQuantized(level - 1)) {
            continue; // nothing waits there
          }
          bound *= Math.scalb(1.0, 32 - Integer.numberOfLeadingZeros(plan.addends(level - 1) - 1));
        }
        int holder = level == 0 ? worker.place : plan.firstHolder(worker.place, level - 1);
        Random random = new Random(seed + (long) SEED_STEP * (workers.size() * level + holder));
        float[] residual = worker.core.residual(level);
        int start = worker.core.residualStart(level);
        for (int i = 0; i < residual.length; i++) {
          residual[i] = (float) (bound * updates.residual(start + i, random));
        }
        worker.core.restore(level, residual);
      }
    }
  }

  /** Lets some rounds happen at a site. */
  Outcome run(Site where, int rounds) {
    site = where;
    time = new VirtualTime();
    processors = where.processors(time, workers.size());
    wires = new VirtualNetwork(time, where, processors, workers.size() + 1, 5);
    frameBytes = scale == 1 ? new long[0] : measureFrames();
    lastRound += rounds;
    workers.forEach(worker -> time.at(0, worker::compute));
    time.run();
    long sent = 0;
    for (Worker worker : workers) {
      if (worker.round != lastRound || !worker.core.isComplete()) {
        throw new IllegalStateException("worker " + worker.place + " has not completed its rounds");
      }
      sent += wires.sentBytes(worker.place);
    }
    return new Outcome(
        (double) time.nowNs() / rounds,
        (double) sent / workers.size() / rounds,
        wires.sentBytes(workers.size()));
  }

  PhaseStatistics statistics() {
    return statistics;
  }

  RegionPlan plan() {
    return plan;
  }

  /** Bytes that a worker sends in a round by the densities so far, if the sample were all. */
  double estimatedBytes(Link link) {
    long[] frames = measureFrames();
    double bytes = 0;
    for (int phase = 0; phase < frames.length; phase++) {
      bytes += (plan.factor(plan.levelOf(phase)) - 1.0) * link.sentBytes(frames[phase]);
    }
    return bytes;
  }

  /** Mean over several workers, whose regions have more blocks or fewer. */
  private long[] measureFrames() {
    long[] frames = new long[plan.phases()];
    int[] places = new Random(1).ints(0, workers.size()).distinct().limit(samplePlaces()).toArray();
    for (int phase = 0; phase < frames.length; phase++) {
      double bytes = 0;
      for (int place : places) {
        bytes += measureFrame(place, phase);
      }
      frames[phase] = Math.round(bytes / places.length);
    }
    return frames;
  }

  private int samplePlaces() {
    return Math.min(workers.size(), MAX_SAMPLE_PLACES);
  }

  private long measureFrame(int place, int phase) {
    int level = plan.levelOf(phase);
    int length = network.layout().parameterCount();
    LayoutSlice slice =
        network
            .layout()
            .slice(
                plan.regionStart(place, level + 1, length),
                plan.regionEnd(place, level + 1, length));
    double countShare = 1;
    for (int l = 0; l <= level && plan.isSplit(l); l++) {
      countShare /= plan.factor(l);
    }
    return sizes.frameBytes(
        slice, statistics.density(phase), statistics.multiples(phase), countShare);
  }

  /** One message on its way. */
  private record Message(
      int sender, int receiver, long round, int phase, ByteBuffer payload, int entries) {}

  /** One worker: computes, quantizes, takes messages one after the other. */
  private final class Worker {
    final int place;
    final RegionRound core;
    final List<Message> waiting = new ArrayList<>();
    final List<Message> leaving = new ArrayList<>();
    long round;
    boolean started;

    Worker(int place, RegionRound core) {
      this.place = place;
      this.core = core;
    }

    void compute() {
      round++;
      started = false;
      double computeNs = site.computeNs(network.computeMs() * 1e6, place, round);
      time.at(site.compute(time, processors, place, computeNs), this::encode);
    }

    private void encode() {
      long doneNs = processors.work(place, costs.quantize() * network.layout().parameterCount());
      time.at(
          doneNs,
          () -> {
            updates.fill(place, round, update);
            core.start(update, this::leave);
            started = true;
            sendAll(0);
            endIfComplete();
            takeNext();
          });
    }

    private void leave(int receiver, int phase, SparseUpdate content, ByteBuffer payload) {
      statistics.add(phase, content);
      ByteBuffer copy =
          ByteBuffer.allocate(payload.remaining()).order(ByteOrder.LITTLE_ENDIAN).put(payload);
      leaving.add(new Message(place, receiver, round, phase, copy.flip(), content.count()));
    }

    private void sendAll(double beforeNs) {
      double firstNs = beforeNs;
      for (Message message : leaving) {
        long bytes = frameBytes(message);
        double costNs =
            firstNs
                + costs.encode() * message.entries * scale
                + costs.frame()
                + costs.seal() * bytes
                + site.frameNs(bytes);
        firstNs = 0;
        long readyNs = processors.work(place, costNs);
        Worker receiver = workers.get(message.receiver);
        wires.send(place, message.receiver, bytes, readyNs, () -> receiver.arrive(message));
      }
      if (leaving.isEmpty()) {
        processors.work(place, firstNs);
      }
      leaving.clear();
    }

    private long frameBytes(Message message) {
      return scale == 1
          ? FrameSizes.SEAL_BYTES + message.payload.remaining()
          : frameBytes[message.phase];
    }

    void arrive(Message message) {
      waiting.add(message);
      takeNext();
    }

    /** Takes the first message that this phase awaits, if the worker is that far. */
    private void takeNext() {
      if (!started) {
        return;
      }
      for (Message message : waiting) {
        if (message.round == round && message.phase == core.phase() && !core.isComplete()) {
          waiting.remove(message);
          take(message);
          return;
        }
      }
    }

    private void take(Message message) {
      started = false; // busy
      long bytes = frameBytes(message);
      double costNs =
          costs.decode() * message.entries * scale
              + costs.frame()
              + costs.seal() * bytes
              + site.frameNs(bytes)
              + (plan.isReduce(message.phase) ? 0 : costs.take() * message.entries * scale);
      time.at(
          processors.work(place, costNs),
          () -> {
            int phase = core.phase();
            try {
              core.receive(message.sender, message.payload, this::leave);
            } catch (CorruptPayloadException e) {
              throw new IllegalStateException(e);
            }
            started = true;
            sendAll(core.phase() == phase ? 0 : phaseEndNs(phase));
            endIfComplete();
            takeNext();
          });
    }

    /** An owner adds the sums of its part to its residual, and clears them. */
    private double phaseEndNs(int phase) {
      int level = plan.levelOf(phase);
      int length = network.layout().parameterCount();
      int start = plan.regionStart(place, level + 1, length);
      int part = plan.regionEnd(place, level + 1, length) - start;
      return plan.isReduce(phase) ? (costs.quantize() + costs.clear()) * part : 0;
    }

    private void endIfComplete() {
      if (core.isComplete()) {
        started = false;
        core.takeAggregate(update, 1.0 / workers.size());
        long doneNs = processors.work(place, costs.clear() * network.layout().parameterCount());
        if (round < lastRound) {
          time.at(doneNs, this::compute);
        } else {
          time.at(doneNs, () -> {});
        }
      }
    }
  }
}
