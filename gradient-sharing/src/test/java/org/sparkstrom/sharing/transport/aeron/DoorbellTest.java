// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DoorbellTest {
  private static final long LONG_MS = TimeUnit.MINUTES.toMillis(5);

  @Test
  void aPacketEndsASleep() throws Exception {
    try (Doorbell doorbell = new Doorbell();
        DatagramChannel socket = open();
        DatagramChannel sender = open()) {
      doorbell.watch(socket);
      CompletableFuture<Void> sleep = CompletableFuture.runAsync(() -> doorbell.sleep(LONG_MS));

      sender.send(ByteBuffer.allocate(1), socket.getLocalAddress());

      sleep.get();
    }
  }

  @Test
  void whoRingsEndsASleepOfOneWhoListens() throws Exception {
    try (Doorbell doorbell = new Doorbell()) {
      doorbell.listen();
      CompletableFuture<Void> sleep = CompletableFuture.runAsync(() -> doorbell.sleep(LONG_MS));

      doorbell.ring();

      sleep.get();
      assertThat(doorbell.isListening()).isFalse();
    }
  }

  @Test
  void whoRingsForOneWhoIsAwakeDoesNotEndTheNextSleep() {
    try (Doorbell doorbell = new Doorbell()) {
      doorbell.ring();
      long startNs = System.nanoTime();

      doorbell.sleep(20);

      assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  @Test
  void aClosedSocketsPortIsFreeOnceReleased() throws Exception {
    try (Doorbell doorbell = new Doorbell()) {
      DatagramChannel socket = open();
      SocketAddress address = socket.getLocalAddress();
      doorbell.watch(socket);
      doorbell.sleep(1);
      socket.close();

      doorbell.release();

      try (DatagramSocket again = new DatagramSocket(address)) {
        assertThat(again.isBound()).isTrue();
      }
    }
  }

  private static DatagramChannel open() throws Exception {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.configureBlocking(false);
    return channel;
  }
}
