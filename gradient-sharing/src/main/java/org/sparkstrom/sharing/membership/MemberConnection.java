// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * The coordinator's end of one connection, read by a thread of its own.
 *
 * <p>It tells its owner what the worker says and how the connection ends. The owner's other threads
 * read when it was last heard, and close it to end it; that also wakes whoever is blocked in it.
 */
final class MemberConnection implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemberConnection.class);

  /** What a connection tells its owner; called by the connection's thread. */
  interface Listener {
    void onMessage(MemberConnection connection, ControlMessage message) throws IOException;

    /** The last call, made once, for authenticated connections and others. */
    void onEnd(MemberConnection connection, End end);
  }

  /** How a connection ended. */
  enum End {
    /** The worker said goodbye. */
    GOODBYE,
    /** The worker's side closed it or broke. */
    CLOSED
  }

  private final Socket socket;
  private final SessionKeys keys;
  private final ControlMessage.Welcome welcome;
  private final Listener listener;
  private final long openedNs = System.nanoTime();
  private volatile long heardNs = openedNs;
  private final Deque<Long> sendsSinceNs = new ConcurrentLinkedDeque<>();
  private volatile ControlChannel channel;
  private volatile boolean authenticated;
  private volatile Member member;
  private volatile boolean retired;

  MemberConnection(
      Socket socket, SessionKeys keys, ControlMessage.Welcome welcome, Listener listener) {
    this.socket = socket;
    this.keys = keys;
    this.welcome = welcome;
    this.listener = listener;
  }

  @Override
  public void run() {
    End end = End.CLOSED;
    try {
      shakeHands();
      end = listen();
    } catch (IOException | RuntimeException e) {
      LOG.debug(
          "control connection from {} ends: {}", socket.getRemoteSocketAddress(), e.toString());
    } finally {
      close();
      listener.onEnd(this, end);
    }
  }

  private void shakeHands() throws IOException {
    ControlChannel opened = ControlChannel.ofCoordinator(socket, keys);
    opened.send(welcome);
    if (!(opened.receive() instanceof ControlMessage.Hello)) {
      throw new IOException("the first message of a worker must be its hello");
    }
    heardNs = System.nanoTime();
    channel = opened;
    authenticated = true;
  }

  private End listen() throws IOException {
    while (true) {
      ControlMessage message;
      try {
        message = channel.receive();
      } catch (EOFException e) {
        return End.CLOSED;
      }
      heardNs = System.nanoTime();
      if (message instanceof ControlMessage.Goodbye) {
        return End.GOODBYE;
      }
      if (message instanceof ControlMessage.Heartbeat) {
        send(message);
      } else if (!retired) {
        listener.onMessage(this, message);
      }
    }
  }

  /** Sends if the connection is authenticated; a failure ends the connection. */
  void send(ControlMessage message) {
    if (!authenticated) {
      return;
    }
    Long sinceNs = System.nanoTime();
    sendsSinceNs.add(sinceNs);
    try {
      channel.send(message);
    } catch (IOException e) {
      LOG.debug("cannot send {} to {}: {}", message, this, e.toString());
      close();
    } finally {
      sendsSinceNs.remove(sinceNs);
    }
  }

  boolean isAuthenticated() {
    return authenticated;
  }

  /** The member that this connection speaks for; empty until it has joined. */
  Optional<Member> member() {
    return Optional.ofNullable(member);
  }

  /** Called by the owner when it has taken the member in. */
  void joinedAs(Member joined) {
    member = joined;
  }

  /**
   * From now on what this worker says is not heard. The connection stays open, so that one that was
   * only paused still learns that it is out.
   */
  void retire() {
    retired = true;
  }

  boolean isRetired() {
    return retired;
  }

  /** Nanoseconds since the last message, or since the opening. */
  long silentNs(long nowNs) {
    return nowNs - heardNs;
  }

  /** Nanoseconds that the oldest send under way has been blocked; 0 if there is none. */
  long blockedNs(long nowNs) {
    Long oldest = sendsSinceNs.peek();
    return oldest == null ? 0 : nowNs - oldest;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing {}: {}", this, e.toString());
    }
  }

  @Override
  public String toString() {
    return "connection from " + socket.getRemoteSocketAddress();
  }
}
