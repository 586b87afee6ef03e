// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a worker has heard from its coordinator, for those who wait for it.
 *
 * <p>Written by the connection's reader, awaited by the worker. Thread-safe. The end of the fit is
 * final: the first reason stays.
 */
final class ClientState {
  private View view;
  private boolean allComplete;
  private volatile String endReason;

  synchronized void joined(View newView) {
    view = newView;
    notifyAll();
  }

  synchronized void allComplete() {
    allComplete = true;
    notifyAll();
  }

  /** Notes why the fit has ended for this worker, unless all are done or it had ended before. */
  synchronized void end(String reason) {
    if (endReason == null && !allComplete) {
      endReason = reason;
      notifyAll();
    }
  }

  /** Cheap enough for a wait loop. */
  void check() {
    String reason = endReason;
    if (reason != null) {
      throw new SharingAbortedException(reason);
    }
  }

  synchronized View awaitView(Duration timeout, String awaited) {
    return await(() -> Optional.ofNullable(view), timeout, awaited);
  }

  synchronized void awaitAllComplete(Duration timeout, String awaited) {
    await(() -> allComplete ? Optional.of(true) : Optional.empty(), timeout, awaited);
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
