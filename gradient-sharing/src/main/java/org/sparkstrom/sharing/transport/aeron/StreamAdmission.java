// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The streams that the transports of this JVM receive on; the driver ignores all others.
 *
 * <p>Read for every packet, changed when a transport opens or closes: readers see a whole table
 * that is never changed, only replaced. Thread-safe.
 */
final class StreamAdmission {
  private volatile Int2ObjectHashMap<AdmittedStream> streams = new Int2ObjectHashMap<>();

  /** Adds a stream on which nobody may send yet. */
  synchronized AdmittedStream open(int streamId, long logBudgetBytes) {
    AdmittedStream added = new AdmittedStream(streamId, logBudgetBytes);
    List<AdmittedStream> next = new ArrayList<>(streams.values());
    next.add(added);
    replace(next);
    return added;
  }

  /** Removes a stream. Idempotent. */
  synchronized void close(AdmittedStream stream) {
    List<AdmittedStream> next = new ArrayList<>(streams.values());
    next.remove(stream);
    replace(next);
  }

  /** The stream of that number, if a transport receives on it. */
  Optional<AdmittedStream> find(int streamId) {
    return Optional.ofNullable(streams.get(streamId));
  }

  boolean admits(int streamId, int sessionId) {
    AdmittedStream stream = streams.get(streamId);
    return stream != null && stream.admits(sessionId);
  }

  private void replace(List<AdmittedStream> all) {
    Int2ObjectHashMap<AdmittedStream> table = new Int2ObjectHashMap<>();
    for (AdmittedStream stream : all) {
      if (table.put(stream.streamId(), stream) != null) {
        throw new IllegalStateException(
            "stream "
                + stream.streamId()
                + " is received on already; each join must have a salt of its own");
      }
    }
    streams = table;
  }
}
