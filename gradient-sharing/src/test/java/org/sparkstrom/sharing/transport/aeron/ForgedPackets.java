// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.sparkstrom.sharing.transport.Transport.Endpoint;

/** Somebody who can send packets to a transport's port, and writes into them what he likes. */
final class ForgedPackets implements AutoCloseable {
  private static final int MTU_BYTES = 1408;

  private final DatagramSocket socket;
  private final InetSocketAddress target;

  ForgedPackets(Endpoint target) throws IOException {
    this.socket = new DatagramSocket(0, LocalAddress.resolve("127.0.0.1"));
    this.target = new InetSocketAddress(target.host(), target.port());
  }

  void setup(int streamId, int sessionId, int termLengthBytes) {
    byte[] bytes = new byte[SetupFlyweight.HEADER_LENGTH];
    SetupFlyweight setup = new SetupFlyweight();
    setup.wrap(new UnsafeBuffer(bytes));
    setup
        .sessionId(sessionId)
        .streamId(streamId)
        .initialTermId(1)
        .activeTermId(1)
        .termOffset(0)
        .termLength(termLengthBytes)
        .mtuLength(MTU_BYTES)
        .ttl(0)
        .version(HeaderFlyweight.CURRENT_VERSION)
        .headerType(HeaderFlyweight.HDR_TYPE_SETUP)
        .frameLength(bytes.length);
    send(bytes);
  }

  void data(int streamId, int sessionId, int frameLength, int packetLength) {
    byte[] bytes = new byte[Math.max(packetLength, DataHeaderFlyweight.HEADER_LENGTH)];
    DataHeaderFlyweight data = new DataHeaderFlyweight();
    data.wrap(new UnsafeBuffer(bytes));
    data.sessionId(sessionId).streamId(streamId).termId(1).termOffset(0);
    data.version(HeaderFlyweight.CURRENT_VERSION)
        .flags(DataHeaderFlyweight.BEGIN_AND_END_FLAGS)
        .headerType(HeaderFlyweight.HDR_TYPE_DATA)
        .frameLength(frameLength);
    send(Arrays.copyOf(bytes, packetLength));
  }

  void send(byte[] bytes) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The socket on which an answer would arrive. */
  DatagramSocket socket() {
    return socket;
  }

  @Override
  public void close() {
    socket.close();
  }
}
