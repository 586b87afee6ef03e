// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who has joined a fit, how far each one is, and how the fit stands.
 *
 * <p>It is the coordinator's memory and decides; it knows no sockets and no clocks. Once it has
 * failed it takes in nobody and changes no more. Thread-safe.
 */
final class Roster {
  private final long sessionId;
  private final int workers;
  private final Map<Integer, Member> members = new TreeMap<>();
  private final Map<Integer, MemberProgress> progress = new TreeMap<>();
  private final Map<Integer, String> fingerprints = new TreeMap<>();
  private View view;
  private String failure;

  Roster(long sessionId, int workers) {
    this.sessionId = sessionId;
    this.workers = workers;
  }

  /** Takes a member in; the result says why not, if so. */
  synchronized Optional<String> join(Member member) {
    Member present = members.get(member.rank());
    if (failure != null) {
      return Optional.of("the fit has already failed: " + failure);
    }
    if (member.rank() >= workers) {
      return Optional.of("the fit has " + workers + " workers, so there is no place for " + member);
    }
    if (present != null) {
      return Optional.of(
          "rank "
              + member.rank()
              + " is taken by "
              + present
              + ", which is alive; "
              + member.label()
              + " must be a second attempt of the same task (spark.speculation should be off)");
    }
    members.put(member.rank(), member);
    if (members.size() == workers) {
      view = new View(sessionId, 1, List.copyOf(members.values()));
    }
    return Optional.empty();
  }

  /** The current view; empty until all workers have joined. */
  synchronized Optional<View> view() {
    return Optional.ofNullable(view);
  }

  /** True while workers are missing and may still come. */
  synchronized boolean isGathering() {
    return view == null && failure == null;
  }

  synchronized List<Member> members() {
    return List.copyOf(members.values());
  }

  synchronized List<MemberProgress> progress() {
    return List.copyOf(progress.values());
  }

  synchronized Map<Integer, String> fingerprints() {
    return Map.copyOf(fingerprints);
  }

  synchronized void report(MemberProgress report) {
    progress.put(report.rank(), report);
  }

  /** Notes that a member is done; true if it was the last one. */
  synchronized boolean complete(Member member, String parametersSha256) {
    fingerprints.put(member.rank(), parametersSha256);
    return isComplete();
  }

  synchronized boolean isComplete() {
    return fingerprints.size() == workers && failure == null;
  }

  /** Ends the fit badly, unless it has ended before; true if this call did it. */
  synchronized boolean fail(String reason) {
    if (failure != null || isComplete()) {
      return false;
    }
    failure = Objects.requireNonNull(reason, "reason");
    return true;
  }

  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Who a member is and how far it came, for messages. */
  synchronized String describe(Member member) {
    MemberProgress last = progress.get(member.rank());
    String reached =
        last == null
            ? "before it reported any round"
            : "after round " + last.round() + " (epoch " + last.epoch() + ")";
    return member + ", " + reached;
  }

  /** Who has joined and who has not, for messages. */
  synchronized String attendance() {
    String missing =
        IntStream.range(0, workers)
            .filter(rank -> !members.containsKey(rank))
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    List<String> joined = new ArrayList<>();
    members.values().forEach(member -> joined.add(member.toString()));
    return "joined: "
        + (joined.isEmpty() ? "none" : String.join(", ", joined))
        + "; missing ranks: "
        + (missing.isEmpty() ? "none" : missing);
  }
}
