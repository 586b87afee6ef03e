// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.membership.ViewChange;
import org.sparkstrom.sharing.wire.FrameReader;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameTally;
import org.sparkstrom.sharing.wire.FrameVerdict;
import org.sparkstrom.sharing.wire.FrameWriter;

/**
 * The frames of one view, as one of its members sends and receives them.
 *
 * <p>A change of view makes a new link, so that no frame, key or buffer of one view can be taken
 * for another's. A link never blocks; its owner lends it turns. Not thread-safe.
 */
final class ViewLink {
  private final Peering peering;
  private final ViewChange change;
  private final List<Member> peers;
  private final FrameScope scope;
  private final FrameWriter writer;
  private final FrameReader reader;
  private final RoundInbox inbox;
  private final Queue<Long> outgoing = new ArrayDeque<>();
  private boolean connected;
  private long bytesSent;
  private long framesSent;

  /**
   * A link that is not connected.
   *
   * @param change how the view came about; its last round is that before this link's first
   */
  ViewLink(Peering peering, ViewChange change, BlockLayout layout, ExchangeConfig config) {
    View view = change.view();
    this.peering = peering;
    this.change = change;
    int roundsInFlight = config.synchrony().roundsInFlight();
    this.peers = view.members().stream().filter(m -> m.rank() != peering.rank()).toList();
    this.scope = config.scope(view, layout);
    Map<Integer, SecretKey> peerKeys = new HashMap<>();
    peers.forEach(peer -> peerKeys.put(peer.rank(), peering.key(peer)));
    this.writer = new FrameWriter(scope, peering.rank(), peering.key(view.member(peering.rank())));
    this.reader = new FrameReader(scope, peerKeys, RoundInbox.roundsAhead(roundsInFlight));
    this.inbox = new RoundInbox(view.ranks(), roundsInFlight, peering.retention());
  }

  View view() {
    return change.view();
  }

  ViewChange change() {
    return change;
  }

  FrameScope scope() {
    return scope;
  }

  List<Member> peers() {
    return peers;
  }

  /** The first round that belongs to this view. */
  long firstRound() {
    return change.lastRound() + 1;
  }

  /** Members whose payload of the round is not here. */
  List<Member> missing(long round) {
    return view().members().stream().filter(m -> !inbox.has(m.rank(), round)).toList();
  }

  /** True when all payloads of the round are here. */
  boolean hasAll(long round) {
    return inbox.hasAll(round);
  }

  /** The last round up to which all payloads are here, or were. */
  long frontier(long completed) {
    long round = Math.max(completed, change.lastRound());
    while (hasAll(round + 1)) {
      round++;
    }
    return round;
  }

  /** A member's payload of a round, to be consumed. */
  ByteBuffer payload(int rank, long round) {
    return inbox.payload(rank, round);
  }

  /** Keeps this worker's payload of a round. */
  void put(long round, ByteBuffer payload) {
    inbox.put(peering.rank(), round, payload);
  }

  /** Opens the ways to the peers, and closes those of the view before. */
  void connect() {
    connected = peers.isEmpty();
    peering.transport().connect(peers.stream().map(Peering::address).toList());
  }

  /** Sends this worker's payload of a round, which must be here, as soon as that is possible. */
  void sendLater(long round) {
    if (!peers.isEmpty()) {
      outgoing.add(round);
    }
  }

  /** Sends what is due and possible. */
  void drive() {
    connected = connected || peering.transport().connected();
    if (connected && !outgoing.isEmpty() && peering.transport().flushed()) {
      long round = outgoing.remove();
      send(writer.write(round, payload(peering.rank(), round)), peers);
    }
  }

  /** True when every frame has been handed to the network, so that buffers are free again. */
  boolean isIdle() {
    return peers.isEmpty() || (outgoing.isEmpty() && connected && peering.transport().flushed());
  }

  boolean isConnected() {
    return connected;
  }

  /**
   * Sends the payloads of a round to members that lack some, each sealed as its sender has sealed
   * it: the same key, nonce, header and payload make the same bytes.
   */
  void passOn(long round, List<Integer> receivers) {
    List<Member> to = peers.stream().filter(peer -> receivers.contains(peer.rank())).toList();
    for (Member origin : view().members()) {
      if (inbox.has(origin.rank(), round)) {
        FrameWriter copyist = new FrameWriter(scope, origin.rank(), peering.key(origin));
        ByteBuffer frame = copyist.write(round, payload(origin.rank(), round));
        send(frame, to.stream().filter(peer -> !peer.equals(origin)).toList());
      }
    }
  }

  /** Takes a received frame if it is authentic and awaited. */
  void onFrame(ByteBuffer frame, long completed) {
    long awaited = Math.max(completed + 1, firstRound());
    if (reader.read(frame, awaited, inbox) == FrameVerdict.ACCEPTED) {
      inbox.accept(reader.sender(), reader.round());
    }
  }

  boolean isMeant(ByteBuffer frame) {
    return reader.isOfView(frame);
  }

  FrameTally tally() {
    return reader.tally();
  }

  long bytesSent() {
    return bytesSent;
  }

  long framesSent() {
    return framesSent;
  }

  private void send(ByteBuffer frame, List<Member> receivers) {
    for (Member receiver : receivers) {
      peering.transport().send(receiver.rank(), frame);
      bytesSent += frame.remaining();
      framesSent++;
    }
  }
}
