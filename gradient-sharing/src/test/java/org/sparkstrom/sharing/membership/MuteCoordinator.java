// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/** A coordinator that welcomes one worker of session 1 and then says nothing more. */
final class MuteCoordinator implements AutoCloseable {
  private final FitSecret secret = FitSecret.random(new SecureRandom());
  private final ServerSocket server;
  private final CompletableFuture<Socket> connection;

  MuteCoordinator(Duration livenessTimeout) throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    connection = CompletableFuture.supplyAsync(() -> welcome(livenessTimeout));
  }

  FitSecret secret() {
    return secret;
  }

  CoordinatorAddress address() {
    return new CoordinatorAddress("127.0.0.1", server.getLocalPort());
  }

  private Socket welcome(Duration livenessTimeout) {
    try {
      Socket socket = server.accept();
      ControlChannel channel = ControlChannel.ofCoordinator(socket, new SessionKeys(secret, 1));
      channel.send(new ControlMessage.Welcome(livenessTimeout.toMillis(), 1));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (connection.isDone() && !connection.isCompletedExceptionally()) {
      connection.join().close();
    }
  }
}
