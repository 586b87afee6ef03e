// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ballots of a fit: collects votes until every member has voted, and keeps the verdicts.
 *
 * <p>Members are those of the view in force who were not lost, when the last one votes or when it
 * is lost. A vote counts even if its voter is lost before the decision. Who comes late, because it
 * has joined since, is told the verdict that stands.
 *
 * <p>Knows no sockets and no clock. Thread-safe; the arbiter is called under the lock.
 */
final class Ballots {
  /** Verdicts are kept for joiners, whose state is at most a few ballots old. */
  private static final int MAX_KEPT_VERDICTS = 256;

  private static final int MAX_OPEN_BALLOTS = 64;

  private final Arbiter arbiter;
  private final Map<String, Ballot> open = new LinkedHashMap<>();
  private final Map<String, Optional<ByteBuffer>> decided = new LinkedHashMap<>();

  Ballots(Arbiter arbiter) {
    this.arbiter = arbiter;
  }

  /** A verdict for all voters of a ballot. */
  record Decision(String ballot, ByteBuffer verdict) {}

  /** A ballot that keeps voters waiting, and for whom. */
  record Overdue(String ballot, List<Integer> missing) {}

  /**
   * Takes a vote.
   *
   * @return the verdict, if the ballot had been decided before
   */
  synchronized Optional<ByteBuffer> vote(ControlMessage.Vote vote, int rank, long nowNs) {
    Optional<ByteBuffer> verdict = decided.get(vote.ballot());
    if (verdict != null) {
      return verdict;
    }
    if (!open.containsKey(vote.ballot()) && open.size() == MAX_OPEN_BALLOTS) {
      giveWay(vote.ballot());
    }
    Ballot ballot = open.computeIfAbsent(vote.ballot(), name -> new Ballot());
    ballot.votes.put(rank, vote.content());
    if (vote.awaited() && !ballot.awaited) {
      ballot.awaited = true;
      ballot.awaitedSinceNs = nowNs;
    }
    return Optional.empty();
  }

  /** One that nobody waits for may lack the vote of a member that joined in the meantime. */
  private void giveWay(String newcomer) {
    String oldest =
        open.entrySet().stream()
            .filter(entry -> !entry.getValue().awaited)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "at most "
                            + MAX_OPEN_BALLOTS
                            + " ballots may be open, so '"
                            + newcomer
                            + "' is not"));
    open.remove(oldest);
  }

  /** Decides the ballots in which all of these have voted. */
  synchronized List<Decision> decide(Collection<Integer> members) {
    List<Map.Entry<String, Ballot>> complete =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().votes.keySet().containsAll(members))
            .toList();
    return complete.stream()
        .flatMap(entry -> decide(entry.getKey(), entry.getValue()).stream())
        .toList();
  }

  private Optional<Decision> decide(String name, Ballot ballot) {
    open.remove(name);
    Map<Integer, ByteBuffer> votes = new TreeMap<>();
    ballot.votes.forEach((rank, content) -> votes.put(rank, content.asReadOnlyBuffer()));
    Optional<ByteBuffer> verdict = arbiter.decide(name, votes);
    if (decided.size() == MAX_KEPT_VERDICTS) {
      decided.remove(decided.keySet().iterator().next());
    }
    decided.put(name, verdict);
    return verdict.map(content -> new Decision(name, content));
  }

  /** Ballots that voters have waited for since before the given time. */
  synchronized List<Overdue> overdue(Collection<Integer> members, long sinceNs) {
    return open.entrySet().stream()
        .filter(e -> e.getValue().awaited && e.getValue().awaitedSinceNs - sinceNs < 0)
        .map(e -> new Overdue(e.getKey(), missing(e.getValue(), members)))
        .toList();
  }

  private static List<Integer> missing(Ballot ballot, Collection<Integer> members) {
    return members.stream().filter(rank -> !ballot.votes.containsKey(rank)).toList();
  }

  private static final class Ballot {
    final Map<Integer, ByteBuffer> votes = new TreeMap<>();
    boolean awaited;
    long awaitedSinceNs;
  }
}
