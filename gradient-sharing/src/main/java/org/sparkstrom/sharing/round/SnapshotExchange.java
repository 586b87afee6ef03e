// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.ViewChange;
import org.sparkstrom.sharing.wire.SnapshotReader;
import org.sparkstrom.sharing.wire.SnapshotWriter;

/**
 * Gives a joiner the state of the fit, or takes it: what the exchange knows and what the replica
 * is, exactly at the end of a view's last round.
 *
 * <p>The donor saves its replica when that round is completed and the next is not, and then sends
 * piece by piece beside its rounds. What a snapshot does not contain is the donor's residual, which
 * is its own. A new view voids a transfer that is under way. Not thread-safe; does not block.
 */
final class SnapshotExchange {
  private static final int HEADER_BYTES = 2 * Long.BYTES;
  private static final int MAX_BYTES_PER_PARAMETER = 64;
  private static final int MAX_OTHER_BYTES = 64 << 20;

  private final Peering peering;
  private final BlockLayout layout;
  private final RoundCodec codec;
  private final ReplicaState replica;
  private final int roundsInFlight;
  private final Queue<Outgoing> outgoing = new ArrayDeque<>();

  private boolean awaited;
  private ViewLink link;
  private boolean inForce;
  private boolean due;
  private SnapshotReader reader; // null unless this worker awaits a snapshot

  SnapshotExchange(
      Peering peering,
      BlockLayout layout,
      ExchangeConfig config,
      RoundCodec codec,
      ReplicaState replica) {
    this.peering = peering;
    this.layout = layout;
    this.codec = codec;
    this.replica = replica;
    this.roundsInFlight = config.synchrony().roundsInFlight();
    this.awaited =
        peering
            .changes()
            .admission()
            .filter(change -> change.joiners().contains(peering.rank()))
            .isPresent();
  }

  /** True while this worker lacks the state of the fit. */
  boolean isAwaited() {
    return awaited;
  }

  /**
   * Turns to a view that is being prepared. A joiner takes pieces from here on, because its donor
   * may be told sooner that the view is in force.
   */
  void prepare(ViewLink newLink) {
    stop();
    link = newLink;
    if (awaited) {
      Member donor = link.view().member(link.change().donor());
      reader = new SnapshotReader(link.scope(), donor.rank(), key(donor, self()), maxBytes());
    }
  }

  /** Takes note that the prepared view is in force. */
  void begin() {
    ViewChange change = link.change();
    inForce = true;
    due = change.donor() == peering.rank() && !change.joiners().isEmpty();
  }

  /** Voids what is under way, since the view will change. */
  void stop() {
    inForce = false;
    due = false;
    reader = null;
    outgoing.clear();
  }

  /** Saves the replica if it is time to. Called only while the replica's owner waits for us. */
  void save(long completed, boolean drained) {
    if (!due || completed != link.change().lastRound()) {
      return;
    }
    due = false;
    ByteBuffer state = replica.save();
    int codecBytes = codec.stateBytes(roundsInFlight);
    ByteBuffer snapshot =
        ByteBuffer.allocate(HEADER_BYTES + codecBytes + state.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(completed)
            .putLong(drained ? completed : completed + roundsInFlight);
    codec.save(roundsInFlight, snapshot);
    snapshot.put(state.duplicate()).flip();
    for (int rank : link.change().joiners()) {
      Member joiner = link.view().member(rank);
      outgoing.add(
          new Outgoing(
              rank,
              new SnapshotWriter(
                  link.scope(), peering.rank(), key(self(), joiner), snapshot.duplicate())));
    }
  }

  /** Sends the next piece if the one before is gone. */
  void drive() {
    if (outgoing.isEmpty() || !link.isConnected() || !peering.transport().flushed()) {
      return;
    }
    Outgoing first = outgoing.element();
    peering.transport().send(first.rank(), first.writer().next());
    if (!first.writer().hasNext()) {
      outgoing.remove();
    }
  }

  /** True when nothing is left to send. */
  boolean isIdle() {
    return outgoing.isEmpty();
  }

  /** Takes a piece; false if none is expected. */
  boolean onFrame(ByteBuffer frame) {
    if (reader == null) {
      return false;
    }
    reader.read(frame);
    return true;
  }

  /** What arrived, for messages. */
  String describe() {
    return reader == null ? "none is expected" : "rejected: " + reader.tally().describeRejected();
  }

  /**
   * Restores the snapshot once it is complete.
   *
   * @param follower goes on after the snapshot's rounds
   * @param payload memory for what is sent in rounds that were in flight
   */
  void restoreIfComplete(ViewFollower follower, ByteBuffer payload) {
    Optional<ByteBuffer> whole = inForce && reader != null ? reader.snapshot() : Optional.empty();
    if (whole.isEmpty()) {
      return;
    }
    ByteBuffer snapshot = whole.get().order(ByteOrder.LITTLE_ENDIAN);
    requireLength(snapshot);
    long completed = snapshot.getLong();
    long sent = snapshot.getLong();
    if (completed != link.change().lastRound()
        || sent < completed
        || sent > completed + roundsInFlight) {
      throw new RoundFailedException(
          "a snapshot must be of round "
              + link.change().lastRound()
              + ", but is of round "
              + completed
              + " with rounds sent up to "
              + sent);
    }
    codec.restore(roundsInFlight, snapshot);
    replica.restore(snapshot.slice());
    reader = null;
    awaited = false;
    follower.resumeAfter(completed);
    for (int place = 0; place < sent - completed; place++) {
      codec.encodeNothing(place, payload.clear());
      follower.send(payload.flip());
    }
  }

  private void requireLength(ByteBuffer snapshot) {
    int least = HEADER_BYTES + codec.stateBytes(roundsInFlight);
    if (snapshot.remaining() < least) {
      throw new RoundFailedException(
          "a snapshot must have at least " + least + " bytes, but has " + snapshot.remaining());
    }
  }

  private int maxBytes() {
    long bytes = (long) MAX_BYTES_PER_PARAMETER * layout.parameterCount() + MAX_OTHER_BYTES;
    return (int) Math.min(Integer.MAX_VALUE - 8, bytes);
  }

  private Member self() {
    return link.view().member(peering.rank());
  }

  private SecretKey key(Member donor, Member joiner) {
    return peering.keys().snapshotKey(donor.rank(), donor.salt(), joiner.rank(), joiner.salt());
  }

  /** A snapshot that is on its way to one joiner. */
  private record Outgoing(int rank, SnapshotWriter writer) {}
}
