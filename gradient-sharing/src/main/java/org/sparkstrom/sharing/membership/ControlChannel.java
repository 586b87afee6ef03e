// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import org.sparkstrom.sharing.security.Aead;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * One control connection after its handshake: whole messages, sealed, in both directions.
 *
 * <p>Both ends first send a preamble in the clear, with a nonce of their own; the key of the
 * connection depends on both nonces, so nothing said on one connection can be replayed on another.
 * Each direction has its own nonce domain and counts its messages, so none can be replayed, removed
 * or reflected within a connection.
 *
 * <p>Any thread may send. One thread receives. Closing wakes all that block.
 */
final class ControlChannel implements AutoCloseable {
  private static final int MAGIC = 0x4354_5353; // "SSTC" in little-endian order
  private static final int VERSION = 1;
  private static final int NONCE_BYTES = 32;
  private static final int PREAMBLE_BYTES = 2 * Integer.BYTES + NONCE_BYTES;
  private static final int FROM_WORKER = 1;
  private static final int FROM_COORDINATOR = 2;
  private static final ByteBuffer NO_AAD = ByteBuffer.allocate(0);

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final Aead sealing;
  private final Aead opening;
  private final int sendDomain;
  private final int receiveDomain;
  private long sent;
  private long received;

  private ControlChannel(Socket socket, SessionKeys keys, byte[] context, int sendDomain)
      throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
    this.sealing = new Aead(keys.channelKey(context));
    this.opening = new Aead(keys.channelKey(context));
    this.sendDomain = sendDomain;
    this.receiveDomain = FROM_WORKER + FROM_COORDINATOR - sendDomain;
  }

  /** The worker's end: sends its preamble and waits for the other's. */
  static ControlChannel ofWorker(Socket socket, SessionKeys keys) throws IOException {
    socket.setTcpNoDelay(true);
    byte[] own = preamble();
    socket.getOutputStream().write(own);
    byte[] other = readPreamble(socket.getInputStream());
    return new ControlChannel(socket, keys, concat(own, other), FROM_WORKER);
  }

  /** The coordinator's end: says nothing to those who do not send a preamble. */
  static ControlChannel ofCoordinator(Socket socket, SessionKeys keys) throws IOException {
    socket.setTcpNoDelay(true);
    byte[] other = readPreamble(socket.getInputStream());
    byte[] own = preamble();
    socket.getOutputStream().write(own);
    return new ControlChannel(socket, keys, concat(other, own), FROM_COORDINATOR);
  }

  /** Sends one message. Blocks while the connection's buffers are full. */
  synchronized void send(ControlMessage message) throws IOException {
    ByteBuffer plain = ControlMessageCodec.encode(message);
    int sealedBytes = plain.remaining() + Aead.TAG_BYTES;
    ByteBuffer packet =
        ByteBuffer.allocate(Integer.BYTES + sealedBytes).order(ByteOrder.LITTLE_ENDIAN);
    packet.putInt(sealedBytes);
    sealing.seal(sendDomain, sent++, NO_AAD.duplicate(), plain, packet);
    out.write(packet.array(), 0, packet.position());
  }

  /**
   * The next message; blocks until there is one.
   *
   * @throws EOFException if the other end has closed the connection
   * @throws IOException if it is broken, or what came is not authentic or no message
   */
  ControlMessage receive() throws IOException {
    int length = Integer.reverseBytes(in.readInt());
    int max = ControlMessageCodec.MAX_MESSAGE_BYTES + Aead.TAG_BYTES;
    if (length < Aead.TAG_BYTES || length > max) {
      throw new IOException(
          "a control message has " + Aead.TAG_BYTES + " to " + max + " bytes, not " + length);
    }
    byte[] sealed = in.readNBytes(length);
    if (sealed.length < length) {
      throw new EOFException("the connection ends within a message");
    }
    ByteBuffer plain = ByteBuffer.allocate(length - Aead.TAG_BYTES);
    if (!opening.open(
        receiveDomain, received++, NO_AAD.duplicate(), ByteBuffer.wrap(sealed), plain)) {
      throw new NotAuthenticException();
    }
    try {
      return ControlMessageCodec.decode(plain.flip());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Limits how long {@link #receive} waits for bytes; 0 removes the limit. */
  void receiveTimeoutMs(int timeoutMs) throws SocketException {
    socket.setSoTimeout(timeoutMs);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** A message was not sealed by a holder of the session's secret, or was changed on its way. */
  static final class NotAuthenticException extends IOException {
    private static final long serialVersionUID = 1L;

    NotAuthenticException() {
      super("a control message is not authentic");
    }
  }

  private static byte[] preamble() {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    byte[] bytes = new byte[PREAMBLE_BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC).putInt(VERSION).put(nonce);
    return bytes;
  }

  private static byte[] readPreamble(InputStream in) throws IOException {
    byte[] bytes = new byte[PREAMBLE_BYTES];
    // The first bytes decide, so that one who sends something else is not waited for.
    if (in.readNBytes(bytes, 0, Integer.BYTES) < Integer.BYTES) {
      throw new EOFException("the connection was closed before its preamble");
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (fields.getInt(0) != MAGIC) {
      throw new IOException("this is no control connection");
    }
    int rest = PREAMBLE_BYTES - Integer.BYTES;
    if (in.readNBytes(bytes, Integer.BYTES, rest) < rest) {
      throw new EOFException("the connection was closed within its preamble");
    }
    int version = fields.getInt(Integer.BYTES);
    if (version != VERSION) {
      throw new IOException(
          "control connections have version "
              + VERSION
              + " here, but the other end has "
              + version
              + "; driver and executors must run the same release");
    }
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
