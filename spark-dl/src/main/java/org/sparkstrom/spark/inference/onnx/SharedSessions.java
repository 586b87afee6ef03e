// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sessions of ONNX Runtime that the tasks of this executor share, so that it holds one copy of
 * a model's parameters, whatever its number of cores.
 *
 * <p>Counted by reference: the first task makes a session, the last one that uses it closes it.
 * Thread-safe, as are runs of a session.
 */
final class SharedSessions {

  private static final ConcurrentHashMap<String, Shared> SESSIONS = new ConcurrentHashMap<>();

  private SharedSessions() {}

  /** A lease on the session of that key, which all that lease it give with the same file. */
  static Lease lease(String key, byte[] file) {
    Shared shared =
        SESSIONS.compute(
            key,
            (name, existing) -> {
              Shared found = existing == null ? new Shared(OnnxSession.open(file)) : existing;
              found.leases++;
              return found;
            });
    return new Lease(key, shared.session);
  }

  /** Sessions that this JVM holds now. */
  static int count() {
    // not size(), which lags behind an entry that another thread has just made
    return SESSIONS.reduceValuesToInt(Long.MAX_VALUE, shared -> 1, 0, Integer::sum);
  }

  private static void release(String key) {
    List<OnnxSession> unused = new ArrayList<>();
    SESSIONS.computeIfPresent(
        key,
        (name, shared) -> {
          shared.leases--;
          if (shared.leases > 0) {
            return shared;
          }
          unused.add(shared.session);
          return null;
        });
    unused.forEach(OnnxSession::close); // when none can lease it any more, even if this fails
  }

  /** The use of a session by one task. */
  static final class Lease implements AutoCloseable {
    private final String key;
    private final OnnxSession session;
    private final AtomicBoolean released = new AtomicBoolean();

    private Lease(String key, OnnxSession session) {
      this.key = key;
      this.session = session;
    }

    OnnxSession session() {
      return session;
    }

    @Override
    public void close() {
      if (released.compareAndSet(false, true)) {
        release(key);
      }
    }
  }

  private static final class Shared {
    private final OnnxSession session;
    private int leases; // changed under the map's lock of its key alone

    Shared(OnnxSession session) {
      this.session = session;
    }
  }
}
