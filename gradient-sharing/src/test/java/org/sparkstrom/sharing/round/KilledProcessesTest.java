// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;
import org.sparkstrom.sharing.transport.aeron.ChildJvm;
import org.sparkstrom.sharing.transport.aeron.StreamIds;

/**
 * Fits whose worker JVMs are killed by SIGKILL, over Aeron with 1% packet loss: 50 kills in all for
 * each kind of network. No fit hangs, the books are exact, the replicas equal, and nothing is left.
 * Loss by the kernel needs root, {@code unshare}, {@code ip}, and {@code tc} with netem or {@code
 * iptables}; there TCP suffers too. Relays before the workers' ports lose packets anywhere.
 *
 * <p>System property {@code kills} sets another number of kills for each fit, {@code seed} a seed.
 */
@Tag("slow")
@Timeout(value = 290, unit = TimeUnit.SECONDS)
class KilledProcessesTest {
  private static final int KILLS = Integer.getInteger("kills", 25);
  private static final long SEED = Long.getLong("seed", new Random().nextLong());
  private static final double LOSS = 0.01;
  private static final String NETEM = "tc qdisc add dev lo root netem loss 1%";
  private static final String IPTABLES =
      "iptables -A INPUT -m statistic --mode random --probability 0.01 -j DROP";
  private static final Duration SWEEP = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void aFitBehindLossyRelaysSurvivesKills(Synchrony synchrony) throws Exception {
    try (KillingFit fit = new KillingFit(directory, synchrony, LOSS, SEED)) {
      Figures.note("seed " + SEED + ", relays, " + fit.run(KILLS));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("-Dseed=" + SEED, e);
    }
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void aFitInALossyNetworkNamespaceSurvivesKills(Synchrony synchrony) throws Exception {
    Path output = directory.resolve("fit.log");
    int there = inNamespace(List.of("true"), output);
    String reason = "skipped, as there is no lossy network namespace: " + content(output);
    if (there != 0) {
      Figures.note(reason);
    }
    assumeTrue(there == 0, reason);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ChildJvm.sparkFlags());
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.add(KillingFit.class.getName());
    command.addAll(List.of(directory.toString(), synchrony.name(), "0"));
    command.addAll(List.of(Long.toString(SEED), Integer.toString(KILLS)));

    int status = inNamespace(command, output);

    assertThat(status).as("-Dseed=%d: %s", SEED, content(output)).isZero();
    String figures = content(KillingFit.reportFile(directory));
    Figures.note("seed " + SEED + ", the kernel's loss, " + figures);
    assertNothingIsLeft();
  }

  /** Runs a command in a network namespace that ends with it, whose kernel loses packets. */
  private static int inNamespace(List<String> command, Path output) throws Exception {
    List<String> whole = new ArrayList<>(List.of("unshare", "-n", "sh", "-c"));
    whole.add("ip link set lo up && { " + NETEM + " || " + IPTABLES + "; } && exec \"$@\"");
    whole.add("sh");
    whole.addAll(command);
    Process process;
    try {
      process =
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      Files.writeString(output, e.toString());
      return -1;
    }
    try {
      return process.waitFor(280, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file).trim();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Each driver sweeps what dead ones have left, once they have been silent for ten seconds. */
  private void assertNothingIsLeft() throws IOException {
    Set<Long> pids =
        Files.readAllLines(KillingFit.killedFile(directory)).stream()
            .map(Long::valueOf)
            .collect(Collectors.toSet());
    long deadlineNs = System.nanoTime() + SWEEP.toNanos();
    while (!foldersOf(pids).isEmpty() && System.nanoTime() - deadlineNs < 0) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      SessionKeys keys = new SessionKeys(FitSecret.random(new SecureRandom()), 1);
      AeronTransport.open(AeronConfig.on("127.0.0.1"), new StreamIds(keys, 0, 1)).close();
    }
    assertThat(foldersOf(pids)).isEmpty();
    assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
  }

  private static List<Path> foldersOf(Set<Long> pids) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/dev/shm"))) {
      return entries
          .filter(
              entry ->
                  pids.stream()
                      .anyMatch(
                          pid ->
                              entry
                                  .getFileName()
                                  .toString()
                                  .matches("sparkstrom-.*-" + pid + "-[0-9a-f]+")))
          .toList();
    }
  }
}
