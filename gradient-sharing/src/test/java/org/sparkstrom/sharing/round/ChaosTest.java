// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.MembershipState;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.transport.InProcessNetwork;

/**
 * Fits under random deaths, joins and partitions on a bad network. Whatever happens, each fit ends
 * in time, all replicas are equal, and the books are exact. A failure names the seed of its fit.
 */
class ChaosTest {
  private static final int MAX_EVENTS = 12;

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aFewFitsSurviveWhateverHappens() throws Exception {
    runUntil(100, new Random().nextLong());
  }

  /** About 25 s; a run of 100 events is part of every build. */
  @Test
  @Tag("slow")
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aThousandEventsLoseNothing() throws Exception {
    runUntil(1000, new Random().nextLong());
  }

  private static void runUntil(int events, long firstSeed) throws Exception {
    int happened = 0;
    int fits = 0;
    while (happened < events) {
      long seed = firstSeed + fits;
      try {
        happened += new Chaos(seed).run();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "new ChaosTest.Chaos(" + seed + "L).run(), fit " + fits + " of this run", e);
      }
      fits++;
    }
    assertThat(happened).as("events in %d fits", fits).isGreaterThanOrEqualTo(events);
  }

  /** One fit, its plan drawn from a seed. */
  static final class Chaos {
    private final Random random;
    private final int workers;
    private final Synchrony synchrony;
    private final int steps;
    private final ElasticFit fit;
    private final List<ChaoticTransport> transports = new CopyOnWriteArrayList<>();
    private final List<ElasticWorker> living = new ArrayList<>();
    private int events;

    Chaos(long seed) {
      random = new Random(seed);
      workers = 2 + random.nextInt(5);
      synchrony = random.nextBoolean() ? Synchrony.SYNC : Synchrony.PIPELINED;
      steps = 60 + random.nextInt(100);
      ExchangeConfig config =
          new ExchangeConfig(
                  random.nextInt(4) == 0 ? Quantizer.NONE : Quantizer.THRESHOLD,
                  Aggregation.SUM,
                  new TargetDensity(0.2, 20, -3),
                  Duration.ofSeconds(10),
                  5)
              .with(synchrony);
      InProcessNetwork network = new InProcessNetwork(1 << 16);
      fit =
          new ElasticFit(
              workers,
              1,
              config,
              steps,
              ids -> {
                ChaoticTransport chaotic = new ChaoticTransport(network.open(), random.nextLong());
                transports.add(chaotic);
                return chaotic;
              });
    }

    int run() throws Exception {
      try (fit) {
        living.addAll(fit.startAll(workers));
        int planned = random.nextInt(MAX_EVENTS);
        while (events < planned && living.stream().noneMatch(w -> w.completed)) {
          LockSupport.parkNanos(random.nextInt(8_000_000));
          happen();
        }
        wakeAll();
        for (ElasticWorker worker : living) {
          worker.awaitEnd();
        }
        Ledger.of(fit.workers).check(synchrony, steps);
        assertThat(fit.coordinator.failure()).isEmpty();
      } catch (Exception | AssertionError e) {
        e.addSuppressed(
            new AssertionError(
                workers
                    + " workers, "
                    + synchrony
                    + ", "
                    + steps
                    + " steps: "
                    + fit.workers
                    + ", coordinator: "
                    + fit.coordinator.failure()));
        throw e;
      }
      return events;
    }

    private void happen() {
      int what = random.nextInt(7);
      wakeAll();
      if (what < 3) {
        kill();
      } else if (what < 5) {
        join();
      } else if (what < 6) {
        transports.get(random.nextInt(transports.size())).partition();
        events++;
      } else { // a pause, until something else happens
        living.get(random.nextInt(living.size())).sleepAt = 0;
        events++;
      }
    }

    private void wakeAll() {
      living.forEach(worker -> worker.sleepAt = Long.MAX_VALUE);
    }

    /** Kills one, so long as another one remains that has the state of the fit. */
    private void kill() {
      ElasticWorker victim = living.get(random.nextInt(living.size()));
      boolean heir = living.stream().anyMatch(w -> w != victim && w.firstStep >= 0);
      if (heir) {
        living.remove(victim);
        victim.dieNow(random.nextInt(2 * workers));
        events++;
      }
    }

    private void join() {
      for (int rank = 0; rank < workers; rank++) {
        int wanted = rank;
        if (living.stream().noneMatch(w -> w.rank == wanted)
            && fit.workers.stream().allMatch(w -> w.rank != wanted || w.future.isDone())
            && !hasRank(fit.coordinator.membership(), wanted)) {
          living.add(fit.start(rank));
          events++;
          return;
        }
      }
    }

    private static boolean hasRank(MembershipState membership, int rank) {
      return Stream.of(membership.members(), membership.waiting())
          .flatMap(List::stream)
          .anyMatch(member -> member.rank() == rank);
    }
  }
}
