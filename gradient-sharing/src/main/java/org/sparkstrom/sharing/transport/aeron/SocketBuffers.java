// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The socket buffers that this system grants, and the window that they allow.
 *
 * <p>A receiver's window is what one peer may have on its way to us. Where it is larger than the
 * socket's buffer, packets are lost while the driver's thread waits for a processor.
 *
 * @param receiveBytes SO_RCVBUF
 * @param sendBytes SO_SNDBUF
 * @param windowBytes the window of each stream
 * @param advice what to raise, where less was granted than the window needs
 */
record SocketBuffers(int receiveBytes, int sendBytes, int windowBytes, Optional<String> advice) {
  /** Room for the windows of 16 peers that send at once. */
  static final int WANTED_BYTES = 2 * 1024 * 1024;

  static final int WINDOW_BYTES = 128 * 1024;

  /** Two of the longest packets; with less nothing moves. */
  static final int LEAST_BYTES = 2 * PacketLength.LOOPBACK_BYTES;

  /** Asks the system. */
  static SocketBuffers ofSystem() {
    return choose(
        wanted -> granted(StandardSocketOptions.SO_RCVBUF, wanted),
        wanted -> granted(StandardSocketOptions.SO_SNDBUF, wanted));
  }

  /**
   * Takes what is granted.
   *
   * @param receive what is granted of a wanted SO_RCVBUF
   * @param send the same of SO_SNDBUF
   * @throws IllegalStateException if it is too little for any packet
   */
  static SocketBuffers choose(IntUnaryOperator receive, IntUnaryOperator send) {
    int receiveBytes = Math.min(WANTED_BYTES, receive.applyAsInt(WANTED_BYTES));
    int sendBytes = Math.min(WANTED_BYTES, send.applyAsInt(WANTED_BYTES));
    requireLeast("receive", "net.core.rmem_max", receiveBytes);
    requireLeast("send", "net.core.wmem_max", sendBytes);
    int windowBytes =
        Math.min(WINDOW_BYTES, receiveBytes - receiveBytes % PacketLength.LOOPBACK_BYTES);
    Optional<String> advice =
        windowBytes == WINDOW_BYTES
            ? Optional.empty()
            : Optional.of(
                "the system grants UDP receive buffers of "
                    + receiveBytes
                    + " bytes, so the window of each stream is "
                    + windowBytes
                    + " instead of "
                    + WINDOW_BYTES
                    + " bytes, which is slower: "
                    + remedy("net.core.rmem_max"));
    return new SocketBuffers(receiveBytes, sendBytes, windowBytes, advice);
  }

  private static void requireLeast(String direction, String limit, int bytes) {
    if (bytes < LEAST_BYTES) {
      throw new IllegalStateException(
          "UDP "
              + direction
              + " buffers must have at least "
              + LEAST_BYTES
              + " bytes, but the system grants "
              + bytes
              + ": "
              + remedy(limit));
    }
  }

  private static String remedy(String limit) {
    return "raise " + limit + " (sysctl -w " + limit + "=" + WANTED_BYTES + ")";
  }

  private static int granted(SocketOption<Integer> option, int wanted) {
    try (DatagramChannel channel = DatagramChannel.open()) {
      return channel.setOption(option, wanted).getOption(option);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a UDP socket", e);
    }
  }
}
