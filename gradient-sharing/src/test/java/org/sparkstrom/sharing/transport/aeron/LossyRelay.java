// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A UDP port before the port of a transport, which loses a share of the packets in each direction.
 *
 * <p>It stands in for a bad network where the kernel has none to offer. Each sender gets a socket
 * of its own towards the transport, so that answers find their way back. One daemon thread works
 * until the relay is closed.
 */
public final class LossyRelay implements AutoCloseable {
  private static final int MAX_PACKET_BYTES = 65_536;
  private static final int SOCKET_BUFFER_BYTES = 2 << 20;

  private final Selector selector;
  private final DatagramChannel front;
  private final InetSocketAddress target;
  private final double loss;
  private final Random random;
  private final Map<SocketAddress, DatagramChannel> backs = new HashMap<>();
  private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET_BYTES);
  private volatile boolean closed;

  /** Relays to a port of this host from now on. */
  public LossyRelay(int port, double loss, long seed) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.loss = loss;
    this.random = new Random(seed);
    this.selector = Selector.open();
    this.front = open();
    front.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    front.register(selector, SelectionKey.OP_READ);
    Thread thread = new Thread(this::run, "lossy-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private static DatagramChannel open() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    return channel;
  }

  /** The port that peers should send to. */
  public int port() throws IOException {
    return ((InetSocketAddress) front.getLocalAddress()).getPort();
  }

  private void run() {
    try (selector;
        front) {
      while (!closed) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.channel() == front) {
            forward();
          } else {
            answer((DatagramChannel) key.channel(), (SocketAddress) key.attachment());
          }
        }
        selector.selectedKeys().clear();
      }
      for (DatagramChannel back : backs.values()) {
        back.close();
      }
    } catch (IOException e) {
      throw new AssertionError("the relay before " + target + " failed", e);
    }
  }

  private void forward() throws IOException {
    SocketAddress sender = front.receive(packet.clear());
    while (sender != null) {
      DatagramChannel back = backs.get(sender);
      if (back == null) {
        back = open();
        back.connect(target);
        back.register(selector, SelectionKey.OP_READ, sender);
        backs.put(sender, back);
      }
      if (random.nextDouble() >= loss) {
        try {
          back.write(packet.flip());
        } catch (PortUnreachableException e) {
          // the transport is closed or not yet open: the packet is lost
        }
      }
      sender = front.receive(packet.clear());
    }
  }

  private void answer(DatagramChannel back, SocketAddress sender) throws IOException {
    try {
      while (back.read(packet.clear()) > 0) {
        if (random.nextDouble() >= loss) {
          front.send(packet.flip(), sender);
        }
      }
    } catch (PortUnreachableException e) {
      // as above
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
