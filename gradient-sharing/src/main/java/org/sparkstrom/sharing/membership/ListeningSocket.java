// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Opens the coordinator's socket, so that a failure leaks nothing and names the remedy. */
final class ListeningSocket {
  private ListeningSocket() {}

  /** The socket at the configured address; the caller closes it. */
  static ServerSocket bind(CoordinatorConfig config, int backlog) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      InetAddress host = InetAddress.getByName(config.bindHost());
      socket.bind(new InetSocketAddress(host, config.port()), backlog);
      return socket;
    } catch (IOException e) {
      UncheckedIOException failure =
          new UncheckedIOException(
              "the coordinator cannot listen on TCP "
                  + config.bindHost()
                  + ':'
                  + config.port()
                  + "; set spark.driver.bindAddress to an address of the driver",
              e);
      closeInto(failure, socket);
      throw failure;
    }
  }

  private static void closeInto(RuntimeException primary, ServerSocket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      primary.addSuppressed(e);
    }
  }
}
