// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;

/**
 * The codecs of some workers over a simulated link, in one thread and in simulated time, so that
 * the same link always gives the same figures.
 *
 * <p>Updates are multiples of 2^-10 below 2, so that all sums are exact.
 */
final class SimulatedRounds {
  final ExchangeConfig config;
  final BlockLayout layout;
  final Link link;
  final List<Worker> workers = new ArrayList<>();
  final Random random;
  long nowNs;
  long rounds;

  /**
   * What takes how long.
   *
   * @param latencyNs of a payload of any length
   * @param nsPerByte of the link
   * @param computeNs of the slowest worker; the one of rank r takes r% less
   * @param codecNsPerByte of encoding and, again, of decoding all
   */
  record Link(long latencyNs, double nsPerByte, long computeNs, double codecNsPerByte) {}

  SimulatedRounds(int workers, BlockLayout layout, ExchangeConfig config, Link link, long seed) {
    this.config = config;
    this.layout = layout;
    this.link = link;
    this.random = new Random(seed);
    for (int rank = 0; rank < workers; rank++) {
      add(rank);
    }
  }

  /** A worker, its codec, and its books. */
  final class Worker {
    private long clockNs = nowNs;
    final int rank;
    final RoundStopwatch stopwatch = new RoundStopwatch(() -> this.clockNs);
    final RoundCodec codec = RoundCodec.of(config, layout, 1, stopwatch);
    final float[] produced = new float[layout.parameterCount()];
    final float[] applied = new float[layout.parameterCount()];
    private final ByteBuffer payload =
        ByteBuffer.allocate(layout.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);

    private Worker(int rank) {
      this.rank = rank;
    }

    private void encode() {
      clockNs += link.computeNs() * (100 - rank) / 100;
      stopwatch.computed();
      float[] update = new float[layout.parameterCount()];
      for (int i = 0; i < update.length; i++) {
        update[i] = (random.nextInt(1 << 12) - (1 << 11)) / 1024f;
      }
      ElasticWorker.add(produced, update, 1);
      codec.encode(update, payload.clear());
      payload.flip();
      clockNs += codecNs();
      stopwatch.encoded();
    }

    private long codecNs() {
      return (long) (link.codecNsPerByte() * payload.limit());
    }

    private void take(long arrivedNs) {
      clockNs = arrivedNs;
      stopwatch.waited();
      codec.rescale(workers.size());
      float[] aggregate = new float[layout.parameterCount()];
      try {
        for (Worker worker : workers) {
          codec.add(worker.payload.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        }
      } catch (CorruptPayloadException e) {
        throw new AssertionError("round " + rounds + ", rank " + rank, e);
      }
      codec.takeAggregate(aggregate);
      ElasticWorker.add(applied, aggregate, 1);
      clockNs += codecNs();
      stopwatch.applied();
    }

    /** What all replicas share, as a joiner or a checkpoint gets it. */
    ByteBuffer save() {
      ByteBuffer state = ByteBuffer.allocate(codec.stateBytes(0)).order(ByteOrder.LITTLE_ENDIAN);
      codec.save(0, state);
      return state.flip();
    }
  }

  /** One more worker, as the attempt of a rank that has just begun. */
  Worker add(int rank) {
    Worker worker = new Worker(rank);
    workers.add(worker);
    return worker;
  }

  /** Rounds of all workers that are there; returns the simulated time that they take. */
  long run(int count) {
    long startNs = nowNs;
    for (int i = 0; i < count; i++) {
      workers.forEach(Worker::encode);
      long sentNs = workers.stream().mapToLong(worker -> worker.clockNs).max().orElseThrow();
      long bytes = workers.stream().mapToLong(w -> w.payload.limit()).max().orElseThrow();
      long arrivedNs = sentNs + link.latencyNs() + (long) (bytes * link.nsPerByte());
      workers.forEach(worker -> worker.take(arrivedNs));
      nowNs = workers.stream().mapToLong(worker -> worker.clockNs).max().orElseThrow();
      rounds++;
    }
    return nowNs - startNs;
  }
}
