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
 * <p>It is the coordinator's memory; it knows no sockets and no clocks. Once it has failed it takes
 * in nobody and changes no more. Thread-safe.
 */
final class Roster {
  private final long sessionId;
  private final int workers;
  private final Map<Integer, Member> members = new TreeMap<>();
  private final Map<Integer, MemberProgress> progress = new TreeMap<>();
  private final Map<Integer, String> fingerprints = new TreeMap<>();
  private boolean running;
  private boolean complete;
  private List<Integer> completedRanks = List.of();
  private String failure;

  Roster(long sessionId, int workers) {
    this.sessionId = sessionId;
    this.workers = workers;
  }

  /** Why a worker cannot be taken in; empty if it can. */
  synchronized Optional<ControlMessage.Refused> refusal(Member member) {
    Member present = members.get(member.rank());
    if (failure != null) {
      return refused("the fit has already failed: " + failure);
    }
    if (member.rank() >= workers) {
      return refused("the fit has " + workers + " workers, so there is no place for " + member);
    }
    if (present != null) {
      return Optional.of(
          new ControlMessage.Refused(
              true,
              "rank "
                  + member.rank()
                  + " is taken by "
                  + present
                  + ", which is alive; "
                  + member.label()
                  + " must be a second attempt of the same task (spark.speculation should be"
                  + " off)"));
    }
    return Optional.empty();
  }

  private static Optional<ControlMessage.Refused> refused(String reason) {
    return Optional.of(new ControlMessage.Refused(false, reason));
  }

  /**
   * Lets the first view be of those who are here, if it is not made yet and they are enough.
   *
   * @return the first view, if this call made it
   */
  synchronized Optional<View> start(int least) {
    if (running || failure != null || members.size() < least) {
      return Optional.empty();
    }
    running = true;
    return Optional.of(new View(sessionId, 1, List.copyOf(members.values())));
  }

  /**
   * Takes a worker in that is not refused.
   *
   * @return the first view, if it was the last worker missing from it
   */
  synchronized Optional<View> add(Member member) {
    members.put(member.rank(), member);
    return start(workers);
  }

  /** Strikes a member off, with what it has reported; its rank is free for another attempt. */
  synchronized void remove(Member member) {
    if (members.remove(member.rank(), member)) {
      progress.remove(member.rank());
      fingerprints.remove(member.rank());
    }
  }

  /** True for a member that has joined and was not struck off. */
  synchronized boolean contains(Member member) {
    return member.equals(members.get(member.rank()));
  }

  /** True while workers are missing from the first view and may still come. */
  synchronized boolean isGathering() {
    return !running && failure == null;
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

  synchronized void report(Member member, MemberProgress report) {
    if (contains(member)) {
      progress.put(member.rank(), report.withRank(member.rank()));
    }
  }

  /** Notes that a member is done. */
  synchronized void complete(Member member, String parametersSha256) {
    if (contains(member)) {
      fingerprints.put(member.rank(), parametersSha256);
    }
  }

  /**
   * Ends the fit well, if all members of the view are done and it has not ended before.
   *
   * @return true if this call did it
   */
  synchronized boolean completeWith(View view) {
    if (complete || failure != null || !fingerprints.keySet().containsAll(view.ranks())) {
      return false;
    }
    complete = true;
    completedRanks = view.ranks();
    return true;
  }

  /** The ranks of the view in which the fit has ended well; empty until then. */
  synchronized List<Integer> completedRanks() {
    return completedRanks;
  }

  /** True once the fit has ended well. */
  synchronized boolean isComplete() {
    return complete;
  }

  /** Ends the fit badly, unless it has ended before; true if this call did it. */
  synchronized boolean fail(String reason) {
    if (failure != null || complete) {
      return false;
    }
    failure = Objects.requireNonNull(reason, "reason");
    return true;
  }

  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** The last round that a member has reported; 0 for none. */
  synchronized long lastRound(Member member) {
    MemberProgress last = progress.get(member.rank());
    return last == null ? 0 : last.round();
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
