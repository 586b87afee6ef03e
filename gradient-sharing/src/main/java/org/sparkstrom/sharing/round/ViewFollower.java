// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.ViewChange;
import org.sparkstrom.sharing.membership.ViewChanges;
import org.sparkstrom.sharing.membership.ViewInstruction;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.wire.SnapshotReader;

/**
 * Takes a worker from view to view as the coordinator says, and knows which view a round is of.
 *
 * <p>Rounds up to the last one of a view are completed with that view's link, even if a later view
 * is in force by then: a link is kept until its rounds are completed here. Never blocks; its owner
 * lends it turns. Not thread-safe.
 */
final class ViewFollower {
  private final Peering peering;
  private final BlockLayout layout;
  private final ExchangeConfig config;
  private final SnapshotExchange snapshots;
  private final Deque<ViewLink> links = new ArrayDeque<>(); // the last one is in force
  private final Transport.FrameHandler frameHandler = this::onFrame;

  private ViewLink next; // null unless a view is being prepared
  private boolean suspended;
  private boolean ready;
  private long sent;
  private long completed;
  private long instructionCount;
  private long pastBytesSent;
  private long pastFramesSent;
  private long pastRejected;

  /** Starts in the view of the peering, and to connect to its members. */
  ViewFollower(
      Peering peering, BlockLayout layout, ExchangeConfig config, SnapshotExchange snapshots) {
    this.peering = peering;
    this.layout = layout;
    this.config = config;
    this.snapshots = snapshots;
    ViewChange start =
        peering.changes().admission().orElseGet(() -> ViewChange.first(peering.view()));
    links.add(link(start));
    completed = start.lastRound();
    sent = start.lastRound();
    snapshots.prepare(current());
    snapshots.begin();
    if (!current().peers().isEmpty()) { // a lone worker needs no transport
      current().connect();
    }
  }

  private ViewLink link(ViewChange change) {
    return new ViewLink(peering, change, layout, config);
  }

  /** The link of the view in force. */
  ViewLink current() {
    return links.getLast();
  }

  /** The link of the view that a round belongs to, if it is not completed. */
  ViewLink linkOf(long round) {
    ViewLink link = links.getFirst();
    if (links.size() == 1) {
      return link; // nearly always, and asked by the wait loop
    }
    for (ViewLink later : links) {
      if (later.firstRound() <= round) {
        link = later;
      }
    }
    return link;
  }

  /** True while the view is being changed, so that nothing should be begun. */
  boolean isSuspended() {
    return suspended;
  }

  /** How many instructions have been followed; grows when something happens. */
  long instructionCount() {
    return instructionCount;
  }

  /** The last round that this worker has completed. */
  long completed() {
    return completed;
  }

  /** The last round that this worker has encoded. */
  long sent() {
    return sent;
  }

  /** Bytes of all frames handed to the transport. */
  long framesSent() {
    return pastFramesSent + links.stream().mapToLong(ViewLink::framesSent).sum();
  }

  long bytesSent() {
    return pastBytesSent + links.stream().mapToLong(ViewLink::bytesSent).sum();
  }

  /** Frames dropped. */
  long rejectedFrames() {
    return pastRejected + links.stream().mapToLong(link -> link.tally().rejected()).sum();
  }

  /** Keeps this worker's payload of the next round and sends it to all peers. */
  void send(ByteBuffer payload) {
    sent++;
    current().put(sent, payload);
    current().sendLater(sent);
  }

  /** Takes note that the next round is complete, and lets go of views that are over. */
  void complete() {
    completed++;
    while (links.size() > 1 && linkOf(completed + 1) != links.getFirst()) {
      ViewLink over = links.removeFirst();
      pastBytesSent += over.bytesSent();
      pastFramesSent += over.framesSent();
      pastRejected += over.tally().rejected();
    }
  }

  /** Goes on after rounds that a snapshot contains. */
  void resumeAfter(long completedRound) {
    completed = completedRound;
    sent = completedRound;
  }

  /** One turn of work; returns how much was done. */
  int turn() {
    int done = 0;
    if (next != null || !current().peers().isEmpty()) {
      done = peering.transport().poll(frameHandler);
    }
    Optional<ViewInstruction> instruction = peering.changes().poll();
    while (instruction.isPresent()) {
      follow(instruction.get());
      instructionCount++;
      done++;
      instruction = peering.changes().poll();
    }
    tellWhenReady();
    if (!current().peers().isEmpty()) {
      current().drive();
    }
    return done;
  }

  private void follow(ViewInstruction instruction) {
    if (instruction instanceof ViewInstruction.Suspend suspend) {
      suspended = true;
      next = null;
      snapshots.stop();
      long frontier = snapshots.isAwaited() ? ViewChanges.NO_STATE : current().frontier(completed);
      peering.changes().suspended(suspend.number(), frontier);
    } else if (instruction instanceof ViewInstruction.Prepare prepare) {
      prepare(prepare.change());
    } else if (instruction instanceof ViewInstruction.Install install) {
      install(install.number());
    }
  }

  /**
   * From here on frames of both views are taken: of the old one, because we may lack some, and of
   * the new one, because others may be told to go on before we are.
   */
  private void prepare(ViewChange change) {
    next = link(change);
    ready = false;
    snapshots.prepare(next);
    if (change.helper() == peering.rank() && !change.behind().isEmpty()) {
      int roundsInFlight = config.synchrony().roundsInFlight();
      long first = Math.max(current().firstRound(), change.lastRound() - roundsInFlight);
      for (long round = first; round <= change.lastRound(); round++) {
        current().passOn(round, change.behind());
      }
    }
  }

  private void tellWhenReady() {
    if (next != null
        && !ready
        && (snapshots.isAwaited() || current().frontier(completed) >= next.change().lastRound())) {
      ready = true;
      peering.changes().ready(next.view().number());
    }
  }

  /**
   * Payloads of later rounds than the old view's last are sent anew: nobody counts the old ones.
   */
  private void install(int number) {
    if (next == null || next.view().number() != number) {
      throw new RoundFailedException(
          peering.self() + " was told to go on in view " + number + ", but is not prepared for it");
    }
    if (snapshots.isAwaited()) {
      resumeAfter(next.change().lastRound());
    }
    next.connect();
    for (long round = next.firstRound(); round <= sent; round++) {
      next.put(round, current().payload(peering.rank(), round));
      next.sendLater(round);
    }
    links.add(next);
    snapshots.begin();
    next = null;
    suspended = false;
  }

  private void onFrame(ByteBuffer frame) {
    if (SnapshotReader.isSnapshot(frame) && snapshots.onFrame(frame)) {
      return;
    }
    ViewLink link = next != null && next.isMeant(frame) ? next : current();
    link.onFrame(frame, completed);
  }
}
