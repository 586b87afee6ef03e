// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.sparkstrom.sharing.transport.FrameQueue;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronClient.Way;

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
  /** What the driver refuses may have room once Aeron has given up the streams of lost peers. */
  private static final long REFUSAL_PATIENCE_NS = TimeUnit.SECONDS.toNanos(45);

  private final AeronConfig config;
  private final StreamIds ids;
  private final AeronClient client;
  private final InetAddress address;
  private final AdmittedStream admitted;
  private final Endpoint endpoint;
  private final FrameReceiver receiver;
  private final TermLength termLength;
  private final Map<Peer, Integer> attempts = new HashMap<>();
  private Map<Integer, PeerStream> streams = new LinkedHashMap<>();
  private long pastBackPressureCount;
  private boolean closed;

  private AeronTransport(
      AeronConfig config,
      StreamIds ids,
      AeronClient client,
      InetAddress address,
      AdmittedStream admitted) {
    this.config = config;
    this.ids = ids;
    this.client = client;
    this.address = address;
    this.termLength = new TermLength(new LogBudget(config.memoryBudgetBytes()));
    this.admitted = admitted;
    ReceivingPort port = ReceivingPort.open(client, address, config, ids.own());
    this.receiver = new FrameReceiver(port.subscription(), config.maxFrameBytes());
    boolean chosen = config.networkInterface().isPresent();
    this.endpoint =
        new Endpoint(chosen ? LocalAddress.text(address) : config.host(), port.number());
  }

  /**
   * Opens a transport that receives on the configured address.
   *
   * @param config where and how
   * @param ids of the worker that receives
   * @throws IllegalArgumentException if the host is no address of this machine, or no network
   *     interface is the chosen one; the message lists those that are
   * @throws IllegalStateException if the media driver cannot run here, no port is free, or UDP is
   *     blocked
   */
  public static AeronTransport open(AeronConfig config, StreamIds ids) {
    InetAddress address =
        config
            .networkInterface()
            .map(choice -> HostAddress.choose(choice, HostAddress.all()))
            .orElseGet(() -> LocalAddress.resolveLocal(config.host()));
    UdpProbe.SOCKETS.require(address, config.ports());
    AeronClient client = AeronClient.open();
    try {
      LogBudget budget = new LogBudget(config.memoryBudgetBytes());
      AdmittedStream admitted = client.admit(ids.own(), budget.logBytes());
      try {
        return new AeronTransport(config, ids, client, address, admitted);
      } catch (RuntimeException | Error e) {
        client.ignore(admitted);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      AeronClient.closeInto(e, client);
      throw e;
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void connect(List<Peer> peers) {
    checkOpen();
    List<Peer> added = peers.stream().filter(peer -> !isStream(peer)).toList();
    Map<Peer, InetAddress> addresses = new HashMap<>();
    for (Peer peer : added) {
      InetAddress other = LocalAddress.resolve(peer.endpoint().host());
      LocalAddress.requireReachable(endpoint, address, peer, other);
      addresses.put(peer, other);
    }
    retain(peers);
    admitted.admit(peers.stream().map(ids::pathFrom).toList());
    if (!added.isEmpty()) {
      int length = termLength.of(peers.size(), addresses.values(), client.roomBytes());
      List<HostAddress> machine = HostAddress.all();
      for (Peer peer : added) {
        Way way = way(peer, addresses.get(peer), machine, length);
        FrameQueue queue = new FrameQueue(peer, config.maxFrameBytes());
        streams.put(peer.rank(), new PeerStream(queue, client.publish(way)));
      }
    }
    sortAs(peers);
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
    checkRefusals(System.nanoTime());
    int work = 0;
    for (PeerStream stream : streams.values()) {
      work += stream.drive();
    }
    if (work > 0) {
      client.ring();
    }
    admitted.readBy(Thread.currentThread());
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

  @Override
  public List<PeerState> peerStates() {
    checkOpen();
    return streams.values().stream().map(PeerStream::state).toList();
  }

  /** Chunks that were malformed or out of place, whoever sent them. */
  public long droppedChunkCount() {
    return receiver.droppedChunkCount();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      client.ignore(admitted);
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

  private boolean isStream(Peer peer) {
    PeerStream stream = streams.get(peer.rank());
    return stream != null && stream.peer().equals(peer);
  }

  private void retain(List<Peer> peers) {
    for (PeerStream stream : List.copyOf(streams.values())) {
      if (!peers.contains(stream.peer())) {
        streams.remove(stream.peer().rank());
        pastBackPressureCount += stream.backPressureCount();
        stream.close();
      }
    }
  }

  private void sortAs(List<Peer> peers) {
    Map<Integer, PeerStream> sorted = new LinkedHashMap<>();
    peers.forEach(peer -> sorted.put(peer.rank(), streams.get(peer.rank())));
    streams = sorted;
  }

  private Way way(Peer peer, InetAddress other, List<HostAddress> machine, int termLengthBytes) {
    int attempt = attempts.merge(peer, 1, Integer::sum);
    int packetBytes =
        LocalAddress.isLocal(other)
            ? PacketLength.loopback(termLengthBytes)
            : PacketLength.between(address, machine);
    return new Way(
        other,
        peer.endpoint().port(),
        ids.of(peer),
        ids.sessionTo(peer, attempt),
        packetBytes,
        termLengthBytes);
  }

  /** What was refused matters only as long as a peer is without a stream for it. */
  private void checkRefusals(long nowNs) {
    Optional<String> refusal = admitted.refusal(nowNs, REFUSAL_PATIENCE_NS);
    if (refusal.isEmpty()) {
      return;
    }
    List<Peer> waiting = new ArrayList<>();
    for (PeerStream stream : streams.values()) {
      if (!receiver.hasStreamOf(ids.pathFrom(stream.peer()))) {
        waiting.add(stream.peer());
      }
    }
    if (!waiting.isEmpty()) {
      throw new IllegalStateException(
          "the media driver refuses the streams of " + waiting + ": " + refusal.get());
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }
}
