// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and stops clusters with scripts/cluster-local. */
class ClusterLocalIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void startsAClusterAndStopsAllOfItAlsoAfterTheMasterDied()
      throws IOException, InterruptedException {
    String state = folder.resolve("state of a cluster").toString();
    try (ScriptRun start = script("start", "start", "--workers", "1", "--state-dir", state)) {
      assertThat(start.awaitEnd(PATIENCE)).as(start.describe()).isZero();
      URI master = URI.create(start.stdout().strip());
      assertThat(master.getScheme()).isEqualTo("spark");
      assertThat(master.getHost()).isEqualTo("127.0.0.1");
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(master.getHost(), master.getPort()), 5000);
      }
      assertThat(start.processes("deploy.worker.Worker")).hasSize(1);
      assertThat(output(0, "status", "--state-dir", state)).isEqualTo(start.stdout());

      ScriptRun.signal("KILL", start.processes("deploy.master.Master").get(0));
      assertThat(output(0, "stop", "--state-dir", state)).isEmpty();

      start.assertNothingLeft();
      assertThat(Path.of(state)).doesNotExist();
      assertThat(output(3, "status", "--state-dir", state)).isEmpty();
    }
  }

  @Test
  void stoppingWhatIsNotThereIsNoError() throws IOException {
    try (ScriptRun stop =
        script("stop", "stop", "--state-dir", folder.resolve("none").toString())) {
      assertThat(stop.awaitEnd(PATIENCE)).isZero();
      assertThat(stop.stderr()).contains("no cluster is running");
    }
  }

  @Test
  void saysThatSparkIsNotBuilt() throws IOException {
    String home = folder.resolve("no spark").toString();
    try (ScriptRun start =
        script(
            "start",
            "start",
            "--state-dir",
            folder.resolve("s").toString(),
            "--spark-home",
            home)) {
      assertThat(start.awaitEnd(PATIENCE)).isEqualTo(1);
      assertThat(start.stderr()).contains(home + "/jars has no spark-core jar");
      start.assertNothingLeft();
      assertThat(folder.resolve("s")).doesNotExist();
    }
  }

  private String output(int exitCode, String... arguments) throws IOException {
    try (ScriptRun run = script(arguments[0] + exitCode, arguments)) {
      assertThat(run.awaitEnd(PATIENCE)).as(run.describe()).isEqualTo(exitCode);
      return run.stdout();
    }
  }

  private ScriptRun script(String name, String... arguments) throws IOException {
    return ScriptRun.start(folder.resolve(name), "cluster-local", arguments);
  }
}
