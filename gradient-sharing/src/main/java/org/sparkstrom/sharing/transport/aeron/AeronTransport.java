// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.transport.Transport;

/**
 * A transport over UDP: one Aeron stream to each peer, and one port on which the streams of all
 * peers arrive.
 *
 * <p>Frames are cut into chunks of one packet each and put together again per stream, so they may
 * be longer than any Aeron message. What has been flushed is lost if the transport is closed before
 * the peer has received it: the owner closes it when all are done.
 *
 * <p>Not thread-safe: the thread of one worker uses it. {@link #open} blocks for at most the
 * configured time, {@link #connect} for some milliseconds a peer; nothing else blocks.
 */
public final class AeronTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(AeronTransport.class);

  /** What a stream's log has beside its three terms: one page of metadata. */
  private static final long LOG_METADATA_BYTES = 4096;

  private final AeronConfig config;
  private final AeronClient client;
  private final Endpoint endpoint;
  private final FrameReceiver receiver;
  private final Map<Integer, PeerStream> streams = new LinkedHashMap<>();
  private long pastBackPressureCount;
  private boolean closed;

  private AeronTransport(AeronConfig config, InetAddress address, AeronClient client) {
    this.config = config;
    this.client = client;
    Subscription subscription = client.subscribe(address, config.port());
    this.receiver = new FrameReceiver(subscription, config.maxFrameBytes());
    int port = client.awaitPort(subscription, config.openTimeout());
    this.endpoint = new Endpoint(config.host(), port);
  }

  /**
   * Opens a transport that receives on the configured address.
   *
   * @throws IllegalArgumentException if the host is no address of this machine; the message lists
   *     those that are
   * @throws IllegalStateException if the media driver cannot run here, or the port cannot be bound
   */
  public static AeronTransport open(AeronConfig config) {
    InetAddress address = LocalAddress.resolveLocal(config.host());
    AeronClient client = AeronClient.open();
    try {
      return new AeronTransport(config, address, client);
    } catch (Error e) {
      AeronClient.closeInto(e, client);
      throw e;
    } catch (RuntimeException e) {
      AeronClient.closeInto(e, client);
      Endpoint wanted = new Endpoint(config.host(), config.port());
      throw new IllegalStateException(
          "cannot receive on UDP " + wanted + "; is the port in use? " + e.getMessage(), e);
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void connect(List<Peer> peers) {
    checkOpen();
    for (PeerStream stream : List.copyOf(streams.values())) {
      if (!peers.contains(stream.peer())) {
        streams.remove(stream.peer().rank());
        pastBackPressureCount += stream.backPressureCount();
        stream.close();
      }
    }
    List<Peer> added = peers.stream().filter(peer -> !streams.containsKey(peer.rank())).toList();
    List<InetAddress> addresses =
        added.stream().map(peer -> LocalAddress.resolve(peer.endpoint().host())).toList();
    int termLengthBytes = termLengthBytes(addresses);
    for (int i = 0; i < added.size(); i++) {
      Peer peer = added.get(i);
      ExclusivePublication publication =
          client.publish(addresses.get(i), peer.endpoint().port(), termLengthBytes);
      streams.put(peer.rank(), new PeerStream(peer, publication));
    }
  }

  @Override
  public boolean connected() {
    checkOpen();
    for (PeerStream stream : streams.values()) {
      if (!stream.isConnected()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    checkOpen();
    PeerStream stream = streams.get(rank);
    if (stream == null) {
      throw new IllegalArgumentException(
          "rank " + rank + " is no peer of " + this + "; its peers are " + streams.keySet());
    }
    int length = frame.remaining();
    if (length < 1 || length > config.maxFrameBytes()) {
      throw new IllegalArgumentException(
          "a frame must have 1 to maxFrameBytes ("
              + config.maxFrameBytes()
              + ") bytes, but the one for rank "
              + rank
              + " has "
              + length);
    }
    stream.enqueue(frame);
  }

  @Override
  public boolean flushed() {
    checkOpen();
    for (PeerStream stream : streams.values()) {
      if (!stream.isFlushed()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int poll(FrameHandler handler) {
    checkOpen();
    client.checkHealthy();
    int work = 0;
    for (PeerStream stream : streams.values()) {
      work += stream.drive();
    }
    return work + receiver.poll(handler);
  }

  @Override
  public long backPressureCount() {
    long count = pastBackPressureCount;
    for (PeerStream stream : streams.values()) {
      count += stream.backPressureCount();
    }
    return count;
  }

  /** Chunks that were malformed or out of place, whoever sent them. */
  public long droppedChunkCount() {
    return receiver.droppedChunkCount();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        streams.values().forEach(PeerStream::close);
      } finally {
        client.close();
      }
    }
  }

  @Override
  public String toString() {
    return "AeronTransport[" + endpoint + "]";
  }

  /**
   * The configured length of terms, or what fits: each peer takes a log in each direction, and
   * peers on this machine take as much of the same room.
   */
  private int termLengthBytes(List<InetAddress> peers) {
    if (peers.isEmpty()) {
      return config.termLengthBytes();
    }
    long sharers = 1 + peers.stream().filter(LocalAddress::isLocal).count();
    long roomBytes = client.roomBytes() / sharers;
    int termLengthBytes = config.termLengthBytes();
    while (termLengthBytes > AeronConfig.MIN_TERM_LENGTH_BYTES
        && 2L * peers.size() * (3L * termLengthBytes + LOG_METADATA_BYTES) > roomBytes) {
      termLengthBytes /= 2;
    }
    if (termLengthBytes < config.termLengthBytes()) {
      LOG.warn(
          "terms of {} instead of {} bytes, since {} bytes are left for the logs of {} peers",
          termLengthBytes,
          config.termLengthBytes(),
          roomBytes,
          peers.size());
    }
    return termLengthBytes;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }
}
