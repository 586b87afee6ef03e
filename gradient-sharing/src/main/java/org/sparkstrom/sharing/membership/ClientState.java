// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a worker has heard from its coordinator, for those who wait for it.
 *
 * <p>Written by the connection's reader, awaited by the worker. Thread-safe. The end of the fit is
 * final: the first reason stays.
 */
final class ClientState {
  private static final int MAX_KEPT_VERDICTS = 16;

  private final Queue<ViewInstruction> instructions = new ConcurrentLinkedQueue<>();
  private final Map<String, ByteBuffer> verdicts = new LinkedHashMap<>();
  private View view;
  private ViewChange prepared; // before this worker is in a view
  private ViewChange admission; // null for a member of view 1
  private boolean allComplete;
  private List<Integer> completedRanks = List.of();
  private boolean rankTaken;
  private volatile String endReason;

  synchronized void joined(View newView) {
    view = newView;
    notifyAll();
  }

  /**
   * Takes an instruction for the member's thread; until this worker is in a view, the first one
   * that is installed is its own admission.
   */
  synchronized void instruct(ViewInstruction instruction) {
    if (view != null) {
      instructions.add(instruction);
    } else if (instruction instanceof ViewInstruction.Prepare prepare) {
      prepared = prepare.change();
    } else if (instruction instanceof ViewInstruction.Install install
        && prepared != null
        && prepared.view().number() == install.number()) {
      admission = prepared;
      joined(prepared.view());
    }
  }

  Optional<ViewInstruction> pollInstruction() {
    return Optional.ofNullable(instructions.poll());
  }

  synchronized Optional<ViewChange> admission() {
    return Optional.ofNullable(admission);
  }

  /** Keeps a verdict until it is taken; the oldest give way, of ballots that nobody here awaits. */
  synchronized void decided(String ballot, ByteBuffer verdict) {
    verdicts.put(ballot, verdict);
    if (verdicts.size() > MAX_KEPT_VERDICTS) {
      verdicts.remove(verdicts.keySet().iterator().next());
    }
  }

  /** Takes the verdict, if it is here; throws if the fit has ended. */
  synchronized Optional<ByteBuffer> takeVerdict(String ballot) {
    check();
    return Optional.ofNullable(verdicts.remove(ballot));
  }

  synchronized void allComplete(List<Integer> ranks) {
    allComplete = true;
    completedRanks = List.copyOf(ranks);
    notifyAll();
  }

  /** Notes why the fit has ended for this worker, unless all are done or it had ended before. */
  synchronized void end(String reason) {
    if (endReason == null && !allComplete) {
      endReason = reason;
      notifyAll();
    }
  }

  /** Notes that another attempt of this worker's rank is alive. */
  synchronized void rankTaken(String reason) {
    rankTaken = true;
    end(reason);
  }

  /** Cheap enough for a wait loop. */
  void check() {
    String reason = endReason;
    if (reason != null) {
      throw ended(reason);
    }
  }

  private synchronized SharingAbortedException ended(String reason) {
    return rankTaken ? new RankTakenException(reason) : new SharingAbortedException(reason);
  }

  synchronized View awaitView(Duration timeout, String awaited) {
    return await(
        () -> {
          if (view == null && allComplete) {
            throw new FitCompletedException();
          }
          return Optional.ofNullable(view);
        },
        timeout,
        awaited);
  }

  /** The ranks of those who have completed the fit, once all have. */
  synchronized List<Integer> awaitAllComplete(Duration timeout, String awaited) {
    return await(
        () -> allComplete ? Optional.of(completedRanks) : Optional.empty(), timeout, awaited);
  }

  /** The ranks of those who have completed the fit; empty until all have. */
  synchronized List<Integer> completedRanks() {
    return completedRanks;
  }

  /** Whether all are done; throws if the fit has ended otherwise. */
  synchronized boolean isAllComplete() {
    check();
    return allComplete;
  }

  private synchronized <T> T await(
      Supplier<Optional<T>> condition, Duration timeout, String awaited) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (true) {
      check();
      Optional<T> value = condition.get();
      if (value.isPresent()) {
        return value.get();
      }
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      if (leftMs <= 0) {
        throw new SharingAbortedException(
            "waited " + timeout.toMillis() / 1000.0 + " s for " + awaited);
      }
      try {
        wait(leftMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SharingAbortedException("interrupted while waiting for " + awaited, e);
      }
    }
  }
}
