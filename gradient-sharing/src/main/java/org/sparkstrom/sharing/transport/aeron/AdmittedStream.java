// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Who may send on the stream that one transport receives on, and what the driver refused of them.
 *
 * <p>The transport's thread sets the senders, the driver's thread asks for them and keeps account
 * of their logs. Thread-safe.
 */
final class AdmittedStream {
  /** A stream that is opened anew overlaps with the one before, whose log stays for 30 s. */
  private static final int IMAGES_PER_SENDER = 2;

  /** For peers that open their streams anew more often than that. */
  private static final int MORE_IMAGES = 4;

  private final int streamId;
  private final long budgetBytes;
  private volatile int[] paths = new int[0];
  private volatile Refusal refusal;
  private final Map<Integer, Integer> imagesByPath = new HashMap<>(); // the driver's thread's own
  private volatile int images;
  private volatile long imageBytes;
  private volatile Thread reader;

  AdmittedStream(int streamId, long budgetBytes) {
    this.streamId = streamId;
    this.budgetBytes = budgetBytes;
  }

  int streamId() {
    return streamId;
  }

  /** Replaces those who may send; {@link StreamIds#pathFrom} gives their numbers. */
  void admit(List<Integer> senders) {
    paths = senders.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  boolean admits(int sessionId) {
    return Arrays.binarySearch(paths, StreamIds.path(sessionId)) >= 0;
  }

  /** Names the thread that polls the transport, which {@link #arrived} wakes. */
  void readBy(Thread thread) {
    if (reader != thread) {
      reader = thread;
    }
  }

  /** Ends the reader's pause, because there is something to read. */
  void arrived() {
    LockSupport.unpark(reader);
  }

  int senders() {
    return paths.length;
  }

  /**
   * Why a sender may not have a log of that length beside those that there are, if so. The logs of
   * peers that are gone stay for up to a minute; they count for the bytes alone, because nobody can
   * add to them, and many losses in a row must not keep the next peer out.
   */
  Optional<String> tooMuch(long logBytes) {
    int[] admitted = paths;
    int present = 0;
    for (int path : admitted) {
      present += imagesByPath.getOrDefault(path, 0);
    }
    if (present >= IMAGES_PER_SENDER * admitted.length + MORE_IMAGES) {
      return Optional.of(admitted.length + " peers have " + present + " streams already");
    }
    if (imageBytes + logBytes > budgetBytes) {
      return Optional.of(
          "a log of "
              + logBytes
              + " bytes beside the "
              + imageBytes
              + " of other peers would pass "
              + budgetBytes
              + " bytes, what memoryBudgetBytes leaves for logs");
    }
    return Optional.empty();
  }

  /** Number of the logs that the driver keeps for senders. */
  int images() {
    return images;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by the driver's thread alone
  void imageOpened(int sessionId, long logBytes) {
    imagesByPath.merge(StreamIds.path(sessionId), 1, Integer::sum);
    images++;
    imageBytes += logBytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by the driver's thread alone
  void imageClosed(int sessionId, long logBytes) {
    imagesByPath.computeIfPresent(
        StreamIds.path(sessionId), (path, count) -> count == 1 ? null : count - 1);
    images--;
    imageBytes -= logBytes;
  }

  /** Notes why a sender who may send could not be given a log; the first such time stays. */
  void refused(String reason, long nowNs) {
    Refusal first = refusal;
    refusal = new Refusal(reason, first == null ? nowNs : first.sinceNs());
  }

  /** Notes that there was room again. */
  void accepted() {
    refusal = null;
  }

  /** Why senders are still without a log, if they are and have been for so long. */
  Optional<String> refusal(long nowNs, long patienceNs) {
    Refusal last = refusal;
    return last == null || nowNs - last.sinceNs() < patienceNs
        ? Optional.empty()
        : Optional.of(last.reason());
  }

  private record Refusal(String reason, long sinceNs) {}
}
