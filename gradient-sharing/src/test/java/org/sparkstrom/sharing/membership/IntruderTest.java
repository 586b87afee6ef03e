// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SESSION;
import static org.sparkstrom.sharing.membership.CoordinatorFixture.SOON;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.security.FitSecret;

/** What those can do who do not hold the secret: nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class IntruderTest {

  @Test
  void aWorkerWithAnotherSecretLearnsThatTheFitIsNotItsOwn() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(1)) {
      FitSecret other = FitSecret.random(new SecureRandom());

      assertThatThrownBy(
              () -> CoordinatorClient.connect(fit.coordinator.address(), other, SESSION, SOON))
          .isInstanceOf(SharingAbortedException.class)
          .hasMessage(
              "the coordinator at "
                  + fit.coordinator.address()
                  + " does not hold the secret of session 4711; it belongs to another fit, or"
                  + " another program listens there");
      assertThatThrownBy(
              () -> CoordinatorClient.connect(fit.coordinator.address(), fit.secret, 1, SOON))
          .hasMessageContaining("does not hold the secret of session 1");
      awaitDropped(fit, 2);
    }
  }

  @Test
  void aForgedHelloEndsTheConnectionAndNothingElse() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(1)) {
      CoordinatorFixture.RawWorker forger = fit.rawWorker(FitSecret.random(new SecureRandom()));

      forger.channel().send(new ControlMessage.Hello());
      forger.channel().send(new ControlMessage.Join(CoordinatorFixture.member(0)));

      awaitDropped(fit, 1);
      assertThat(fit.coordinator.membership().members()).isEmpty();
      assertThat(fit.joinedClients(1)).hasSize(1);
    }
  }

  @Test
  void garbageIsDroppedWhileTheFitGoesOn() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      List<CoordinatorClient> clients = fit.joinedClients(2);
      for (int i = 0; i < 50; i++) {
        byte[] garbage = new byte[1 + random.nextInt(500)];
        random.nextBytes(garbage);
        try (Socket socket = fit.plainSocket()) {
          socket.getOutputStream().write(garbage);
        }
      }

      Eventually.await(
          "50 dropped, seed " + seed, SOON, () -> fit.coordinator.droppedConnectionCount() == 50);
      clients.forEach(CoordinatorClient::check);
      assertThat(fit.coordinator.failure()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosedAfterFiveSeconds() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(1);
        Socket socket = fit.plainSocket()) {
      long openedNs = System.nanoTime();

      assertThat(socket.getInputStream().read()).isEqualTo(-1);

      assertThat(Duration.ofNanos(System.nanoTime() - openedNs))
          .isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(8));
      awaitDropped(fit, 1);
    }
  }

  @Test
  void aMemberWhoseBytesAreChangedOnTheirWayIsLost() throws Exception {
    try (CoordinatorFixture fit = CoordinatorFixture.patient(2)) {
      CoordinatorFixture.RawWorker member = fit.rawMember(0);

      member.socket().getOutputStream().write(new byte[] {17, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
      member.socket().getOutputStream().write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});

      assertThat(fit.coordinator.failed().get()).startsWith("lost worker 0");
    }
  }

  @Test
  void aWorkerWaitsForACoordinatorOnlySoLong() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
    FitSecret secret = FitSecret.random(new SecureRandom());
    CoordinatorAddress nobody = new CoordinatorAddress("127.0.0.1", freePort);

    assertThatThrownBy(
            () -> CoordinatorClient.connect(nobody, secret, SESSION, Duration.ofMillis(500)))
        .isInstanceOf(SharingAbortedException.class)
        .hasMessageStartingWith(
            "cannot connect to the coordinator at 127.0.0.1:" + freePort + " within 0.5 s (")
        .hasMessageContaining("spark.driver.host");
  }

  @Test
  void aWorkerThatIsCalledOffTriesNoLonger() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
    CoordinatorAddress nobody = new CoordinatorAddress("127.0.0.1", freePort);
    FitSecret secret = FitSecret.random(new SecureRandom());
    AtomicInteger checks = new AtomicInteger();
    Liveness calledOff =
        () -> {
          if (checks.incrementAndGet() == 3) {
            throw new SharingAbortedException("called off");
          }
        };

    assertThatThrownBy(
            () ->
                CoordinatorClient.connect(nobody, secret, SESSION, Duration.ofHours(1), calledOff))
        .isInstanceOf(SharingAbortedException.class)
        .hasMessage("called off");
  }

  private static void awaitDropped(CoordinatorFixture fit, long count) {
    Eventually.await(
        count + " dropped", SOON, () -> fit.coordinator.droppedConnectionCount() == count);
  }
}
