// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sparkstrom.sharing.security.FitSecret;

/** A member in a JVM of its own, which can be killed and stopped as an executor can. */
final class MemberProcess implements AutoCloseable {
  private final Process process;

  private MemberProcess(Process process) {
    this.process = process;
  }

  static MemberProcess start(Path directory, CoordinatorFixture fit, int rank) throws IOException {
    Path secret = Files.createTempFile(directory, "secret", ".bin");
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(secret))) {
      out.writeObject(fit.secret);
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            MemberProcess.class.getName(),
            secret.toString(),
            Integer.toString(fit.coordinator.address().port()),
            Integer.toString(rank));
    return new MemberProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("member.log").toFile())
            .start());
  }

  /** Joins, and then only sends signs of life until the fit ends. */
  public static void main(String[] arguments) throws Exception {
    FitSecret secret;
    try (ObjectInputStream in =
        new ObjectInputStream(Files.newInputStream(Path.of(arguments[0])))) {
      secret = (FitSecret) in.readObject();
    }
    CoordinatorAddress address =
        new CoordinatorAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    try (CoordinatorClient client =
        CoordinatorClient.connect(
            address, secret, CoordinatorFixture.SESSION, Duration.ofSeconds(10))) {
      client.join(
          CoordinatorFixture.member(Integer.parseInt(arguments[2])), Duration.ofSeconds(30));
      while (true) {
        client.check();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  /** SIGKILL, as an out-of-memory killer sends it. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP or SIGCONT. */
  void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + name + " " + process.pid() + " failed");
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int awaitExit() throws InterruptedException {
    return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
