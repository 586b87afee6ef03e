// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.CoordinatorConfig;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.transport.aeron.ChildJvm;

/**
 * A fit of four worker processes over Aeron, of which a seeded schedule kills one after the other,
 * at times two at once and at times one that is just joining. Each is replaced.
 */
final class KillingFit implements AutoCloseable {
  private static final int WORKERS = 4;
  private static final int MIN_WORKERS = 2;
  private static final Duration SOON = Duration.ofSeconds(45);

  /** More rounds than a worker can make while the file that names the last one is written. */
  private static final int ROUNDS_TO_GO = 500;

  private final Path directory;
  private final Synchrony synchrony;
  private final double loss;
  private final Random random;
  private final FitSecret secret = FitSecret.random(new SecureRandom());
  private final Coordinator coordinator;
  private final List<Worker> all = new ArrayList<>();
  private final List<Worker> living = new ArrayList<>();
  private final List<Long> recoveriesMs = new ArrayList<>();
  private int kills;
  private int killsOfJoiners;

  /**
   * Opens the coordinator; {@link #run} does the rest.
   *
   * @param loss share of packets that relays lose, or 0
   */
  KillingFit(Path directory, Synchrony synchrony, double loss, long seed) throws IOException {
    this.directory = directory;
    this.synchrony = synchrony;
    this.loss = loss;
    this.random = new Random(seed);
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(WorkerProcess.secretFile(directory)))) {
      out.writeObject(secret);
    }
    this.coordinator =
        Coordinator.open(
            new CoordinatorConfig(
                WorkerProcess.SESSION,
                secret,
                "127.0.0.1",
                "127.0.0.1",
                0,
                WORKERS,
                MIN_WORKERS,
                SOON,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10)));
  }

  /** One attempt: its process, its books, and the rank that it has. */
  private record Worker(int rank, ChildJvm process, BookReader books) {}

  /** Arguments: directory, synchrony, loss, seed, kills. For a network namespace of its own. */
  public static void main(String[] arguments) throws Exception {
    try (KillingFit fit =
        new KillingFit(
            Path.of(arguments[0]),
            Synchrony.valueOf(arguments[1]),
            Double.parseDouble(arguments[2]),
            Long.parseLong(arguments[3]))) {
      String figures = fit.run(Integer.parseInt(arguments[4]));
      Files.writeString(reportFile(fit.directory), figures);
    }
  }

  /** Kills so often, lets the fit end, and checks it; returns the figures in words. */
  String run(int wanted) throws Exception {
    for (int rank = 0; rank < WORKERS; rank++) {
      start(rank);
    }
    await("all are there", () -> withState().size() == WORKERS);
    while (kills < wanted) {
      killSome(wanted - kills);
    }
    await("all are back", () -> withState().size() == WORKERS);
    long lastRound = lastApplied() + ROUNDS_TO_GO;
    Path draft = Files.writeString(directory.resolve("draft"), Long.toString(lastRound));
    Files.move(draft, WorkerProcess.lastRoundFile(directory), StandardCopyOption.ATOMIC_MOVE);
    for (Worker worker : living) {
      int status = worker.process().awaitExit(SOON);
      assertThat(status).as("exit of %s: %s", worker, worker.process().output()).isZero();
    }
    for (Worker worker : all) {
      worker.books().refresh();
    }
    assertThat(coordinator.failure()).isEmpty();
    assertThat(coordinator.fingerprints()).hasSize(WORKERS);
    assertThat(Set.copyOf(coordinator.fingerprints().values())).as("SHA-256").hasSize(1);
    List<BookReader> books = all.stream().map(Worker::books).toList();
    assertThat(books.stream().filter(BookReader::completed)).hasSize(WORKERS);
    Ledger.of(books).check(synchrony, lastRound);
    return report(lastRound);
  }

  /** What {@link #main} has to say. */
  static Path reportFile(Path directory) {
    return directory.resolve("report");
  }

  /** The process number of each that was killed, one a line. */
  static Path killedFile(Path directory) {
    return directory.resolve("killed");
  }

  private String report(long lastRound) {
    long[] sorted = recoveriesMs.stream().mapToLong(Long::longValue).sorted().toArray();
    return ("%s: %d kills (%d while joining), %d rounds; after a kill the next rounds were made"
            + " within %d ms (median), %d ms (most)")
        .formatted(
            synchrony,
            kills,
            killsOfJoiners,
            lastRound,
            sorted[sorted.length / 2],
            sorted[sorted.length - 1]);
  }

  private void start(int rank) throws IOException {
    WorkerProcess.Settings settings =
        new WorkerProcess.Settings(
            directory, coordinator.address().port(), rank, all.size() + 1, synchrony, loss);
    List<String> flags = new ArrayList<>(ChildJvm.sparkFlags());
    flags.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    ChildJvm process =
        ChildJvm.start(directory, flags, WorkerProcess.class, settings.toArguments());
    Worker worker = new Worker(rank, process, new BookReader(settings.bookFile()));
    all.add(worker);
    living.add(worker);
  }

  /** Kills one or two, so that enough remain that have the state of the fit, and replaces them. */
  private void killSome(int atMost) throws Exception {
    boolean catchJoiner = living.size() == WORKERS && random.nextInt(4) == 0;
    if (!catchJoiner) {
      await("enough have the state", () -> withState().size() > MIN_WORKERS);
    }
    LockSupport.parkNanos(random.nextInt(300_000_000));
    refresh();
    List<Worker> victims = new ArrayList<>();
    int spare = withState().size() - MIN_WORKERS;
    List<Worker> candidates = new ArrayList<>(living);
    Collections.shuffle(candidates, random);
    if (catchJoiner) {
      candidates.sort(Comparator.comparing(worker -> worker.books().hasState()));
    }
    int count = Math.min(atMost, random.nextInt(4) == 0 ? 2 : 1);
    for (Worker candidate : candidates) {
      boolean joiner = !candidate.books().hasState();
      if (victims.size() < count && (joiner || spare > 0)) {
        victims.add(candidate);
        killsOfJoiners += joiner ? 1 : 0;
        spare -= joiner ? 0 : 1;
      }
    }
    if (victims.isEmpty()) {
      return;
    }
    long frontier = lastApplied();
    long killedNs = System.nanoTime();
    for (Worker victim : victims) {
      kill(victim);
    }
    for (Worker victim : victims) {
      if (random.nextBoolean()) {
        start(victim.rank());
      }
    }
    List<Worker> survivors = withState();
    // A peer may be one round ahead and complete it with a frame of the dead; not so the next ones.
    await(
        "the next rounds of " + survivors,
        () -> survivors.stream().allMatch(w -> w.books().lastApplied() > frontier + 2));
    recoveriesMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs));
    for (Worker victim : victims) {
      if (living.stream().noneMatch(worker -> worker.rank() == victim.rank())) {
        start(victim.rank());
      }
    }
  }

  private void kill(Worker victim) throws Exception {
    Files.writeString(
        killedFile(directory),
        victim.process().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    victim.process().kill();
    assertThat(victim.process().awaitExit(SOON)).as("128 + SIGKILL").isEqualTo(137);
    living.remove(victim);
    kills++;
  }

  private List<Worker> withState() {
    return living.stream().filter(worker -> worker.books().hasState()).toList();
  }

  private long lastApplied() {
    return living.stream().mapToLong(worker -> worker.books().lastApplied()).max().orElse(0);
  }

  private void refresh() throws IOException {
    for (Worker worker : living) {
      worker.books().refresh();
    }
  }

  private void await(String awaited, BooleanSupplier condition) throws IOException {
    long deadlineNs = System.nanoTime() + SOON.toNanos();
    refresh();
    while (!condition.getAsBoolean()) {
      for (Worker worker : living) {
        assertThat(worker.process().isAlive())
            .as("%s, kills %d, output: %s", worker, kills, worker.process().output())
            .isTrue();
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(
            "not within %s: %s; kills %d, living %s, %s"
                .formatted(SOON, awaited, kills, living, outputs()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      refresh();
    }
  }

  private List<String> outputs() throws IOException {
    List<String> outputs = new ArrayList<>();
    for (Worker worker : living) {
      outputs.add(worker.process().output());
    }
    outputs.add("coordinator: " + coordinator.failure());
    return outputs;
  }

  @Override
  public void close() {
    coordinator.close();
    all.forEach(worker -> worker.process().close());
  }
}
