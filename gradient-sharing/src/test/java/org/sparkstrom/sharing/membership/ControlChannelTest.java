// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/** Sealed messages that somebody on the path sends again, or in another order. */
class ControlChannelTest {
  private static final int DEADLINE_MS = 10_000;
  private static final ControlMessage FIRST = new ControlMessage.Fail("first");
  private static final ControlMessage SECOND = new ControlMessage.Fail("second");

  private final SessionKeys keys = new SessionKeys(FitSecret.random(new SecureRandom()), 31);

  @Test
  void aMessageIsTakenOnce() throws Exception {
    try (Ends ends = new Ends()) {
      byte[] message = ends.seal(FIRST);
      ends.deliver(message);
      ends.deliver(message);

      assertThat(ends.coordinator.receive()).isEqualTo(FIRST);
      assertThatExceptionOfType(ControlChannel.NotAuthenticException.class)
          .isThrownBy(ends.coordinator::receive);
    }
  }

  @Test
  void messagesAreTakenInTheirOrder() throws Exception {
    try (Ends ends = new Ends()) {
      byte[] first = ends.seal(FIRST);
      ends.deliver(ends.seal(SECOND));
      ends.deliver(first);

      assertThatExceptionOfType(ControlChannel.NotAuthenticException.class)
          .isThrownBy(ends.coordinator::receive);
    }
  }

  @Test
  void aMessageOfOneConnectionIsNoneOfAnother() throws Exception {
    try (Ends one = new Ends();
        Ends other = new Ends()) {
      other.deliver(one.seal(FIRST));

      assertThatExceptionOfType(ControlChannel.NotAuthenticException.class)
          .isThrownBy(other.coordinator::receive);
    }
  }

  @Test
  void aMessageIsNotTakenBack() throws Exception {
    try (Ends ends = new Ends()) {
      ends.coordinator.send(FIRST);
      assertThat(ends.worker.receive()).isEqualTo(FIRST);
      byte[] mine = ends.seal(SECOND);
      ends.reflect(mine);

      assertThatExceptionOfType(ControlChannel.NotAuthenticException.class)
          .isThrownBy(ends.worker::receive);
    }
  }

  /** Both ends of a connection, after their handshake, and a man in the middle. */
  private final class Ends implements AutoCloseable {
    final HeldSocket socket = new HeldSocket();
    final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    final Socket accepted;
    final ControlChannel worker;
    final ControlChannel coordinator;

    Ends() throws Exception {
      socket.connect(server.getLocalSocketAddress(), DEADLINE_MS);
      accepted = server.accept();
      CompletableFuture<ControlChannel> other =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return ControlChannel.ofCoordinator(accepted, keys);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      worker = ControlChannel.ofWorker(socket, keys);
      coordinator = other.get(DEADLINE_MS, TimeUnit.MILLISECONDS);
      worker.receiveTimeoutMs(DEADLINE_MS);
      coordinator.receiveTimeoutMs(DEADLINE_MS);
      socket.held.hold = true;
    }

    byte[] seal(ControlMessage message) throws IOException {
      socket.held.reset();
      worker.send(message);
      return socket.held.toByteArray();
    }

    void deliver(byte[] bytes) throws IOException {
      socket.held.out.write(bytes);
    }

    void reflect(byte[] bytes) throws IOException {
      accepted.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
      worker.close();
      coordinator.close();
      server.close();
    }
  }

  /** A socket whose output can be held back. */
  private static final class HeldSocket extends Socket {
    Held held;

    @Override
    public OutputStream getOutputStream() throws IOException {
      if (held == null) {
        held = new Held(super.getOutputStream());
      }
      return held;
    }
  }

  /** Passes on what is written, or keeps it. */
  private static final class Held extends ByteArrayOutputStream {
    final OutputStream out;
    boolean hold;

    Held(OutputStream out) {
      this.out = out;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (hold) {
        super.write(bytes, offset, length);
      } else {
        try {
          out.write(bytes, offset, length);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
