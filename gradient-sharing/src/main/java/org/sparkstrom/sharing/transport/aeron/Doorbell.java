// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What ends the driver's sleep: a packet at one of its sockets, or a worker of this JVM that has
 * handed over a frame.
 *
 * <p>Aeron's drivers only ever look whether there is work. One that sleeps in between delays each
 * frame by part of its sleep, and one that does not burns a core.
 *
 * <p>Workers ring from any thread; all else is done by the driver's thread, but for {@link #close},
 * after that thread has ended.
 */
final class Doorbell implements AutoCloseable {
  private final Selector selector;
  private final AtomicBoolean listening = new AtomicBoolean();

  Doorbell() {
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector for the media driver", e);
    }
  }

  /** Lets packets at that socket, which does not block, end a sleep. */
  void watch(DatagramChannel socket) {
    try {
      socket.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot wait for packets", e);
    }
  }

  /** Lets go of sockets that have been closed; till then the system keeps their ports. */
  void release() {
    try {
      selector.selectNow(Doorbell::leaveToAeron);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release a socket", e);
    }
  }

  /** True if a worker who rings from now on ends the next sleep. */
  boolean isListening() {
    return listening.get();
  }

  /** The driver is about to sleep: it looks for work once more, then sleeps. */
  void listen() {
    listening.set(true);
  }

  /** The driver is awake and finds work by itself. */
  void ignore() {
    listening.lazySet(false);
  }

  /** Blocks until a packet comes, somebody rings, or the time is over. */
  void sleep(long milliseconds) {
    try {
      selector.select(Doorbell::leaveToAeron, milliseconds);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot wait for packets", e);
    }
  }

  /** Tells the driver that there is a frame; does not block, and costs next to nothing if awake. */
  void ring() {
    VarHandle.fullFence(); // the frame is to be seen by a driver that is not seen listening
    if (listening.get() && listening.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  private static void leaveToAeron(SelectionKey readable) {}

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the media driver's selector", e);
    }
  }
}
