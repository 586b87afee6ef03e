// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides who is in the view, and leads the members from one view to the next.
 *
 * <p>A change has three steps. All members stop ({@code Suspend}) and tell the last round of which
 * they hold all payloads; the highest such round t is the last of the old view. They are told the
 * next view and t ({@code Prepare}); one who holds the payloads up to t passes them on to those who
 * do not. Once nobody lacks any and all are prepared for frames of the next view, it is put in
 * force ({@code Install}). Lockstep rounds keep members so close together that every survivor has
 * sent its payload of round t, so nothing of a survivor is lost, and of a lost member only what
 * nobody could count completely.
 *
 * <p>If a member is lost meanwhile, the change begins anew with the next number. Members follow
 * instructions in order, so either all of them or none have installed a view.
 *
 * <p>Knows no sockets and no clock: effects are an interface, the time an argument. Thread-safe;
 * effects are called under its lock, in order, and must not block.
 */
final class ViewChanger {
  private final CoordinatorConfig config;
  private final Roster roster;
  private final Effects effects;
  private final StallJudge stalls;

  private final Map<Integer, Member> waiting = new TreeMap<>();
  private final Set<Integer> lost = new TreeSet<>();
  private final List<String> losses = new ArrayList<>();
  private final List<MembershipEvent> events = new ArrayList<>();
  private View view; // null until all workers have joined
  private Change change; // null while the view is at rest
  private int lastNumber;

  ViewChanger(CoordinatorConfig config, Roster roster, Effects effects) {
    this.config = config;
    this.roster = roster;
    this.effects = effects;
    this.stalls = new StallJudge(grace(config.progressTimeout()));
  }

  /** What the decisions bring about. */
  interface Effects {
    void send(Member to, ControlMessage message);

    /** The member is out; tells it so, if it can still be reached. */
    void evict(Member member, String reason);

    /** Ends the fit badly. */
    void fail(String reason);

    /** All are done. */
    void complete();
  }

  /** The ranks of those of the view in force who were not lost; none before the first view. */
  synchronized List<Integer> ranks() {
    return view == null ? List.of() : alive().stream().map(Member::rank).toList();
  }

  /** Takes a worker in, at once or with the next view; the result says why not, if so. */
  synchronized Optional<ControlMessage.Refused> join(Member member, long nowNs) {
    Optional<ControlMessage.Refused> refusal = roster.refusal(member);
    if (refusal.isPresent() || roster.isComplete()) {
      return refusal;
    }
    Optional<View> first = roster.add(member);
    if (first.isPresent()) {
      start(first.get());
    } else if (view != null) {
      waiting.put(member.rank(), member);
      if (change == null) {
        begin(nowNs);
      }
    }
    return Optional.empty();
  }

  /**
   * Begins without those who have not come, if enough have; the others may come later.
   *
   * @return true if the fit runs
   */
  synchronized boolean startWithThoseHere() {
    roster.start(config.minWorkers()).ifPresent(this::start);
    return view != null;
  }

  private void start(View first) {
    view = first;
    lastNumber = view.number();
    view.members().forEach(each -> effects.send(each, new ControlMessage.Joined(view)));
  }

  /** Who takes part, how far each one is, and what has happened, all at one moment. */
  synchronized MembershipState state() {
    return new MembershipState(
        view == null ? roster.members() : alive(),
        List.copyOf(waiting.values()),
        roster.progress(),
        events);
  }

  /**
   * Takes note that a member is gone or has to go.
   *
   * @param what how the loss begins in messages, such as "lost" or "failed"
   * @param how what happened to it
   */
  synchronized void lose(Member member, String what, String how, long nowNs) {
    if (!roster.contains(member) || roster.isComplete() || roster.failure().isPresent()) {
      return;
    }
    losses.add(what + " " + roster.describe(member) + ": " + how);
    long round = roster.lastRound(member);
    if (view == null) {
      loseBeforeTheStart(member);
    } else if (waiting.remove(member.rank(), member)) {
      roster.remove(member);
      if (change != null && change.prepared != null) {
        begin(nowNs); // the view that is being prepared contains it
      }
    } else {
      lost.add(member.rank());
      roster.remove(member);
      goOnWithout(member, nowNs);
    }
    int left = view == null ? roster.members().size() : alive().size();
    events.add(new MembershipEvent(MembershipEvent.Kind.LOST, member, round, left, how));
  }

  private void loseBeforeTheStart(Member member) {
    if (isElastic()) {
      roster.remove(member); // Spark may start its task again
    } else {
      effects.fail(losses.get(losses.size() - 1));
    }
  }

  private void goOnWithout(Member member, long nowNs) {
    List<Member> alive = alive();
    if (alive.size() < config.minWorkers()) {
      effects.fail(describeLosses(alive));
      return;
    }
    effects.evict(member, "evicted: " + losses.get(losses.size() - 1));
    if (!completeIfDone()) {
      begin(nowNs);
    }
  }

  /** Every loss without which the fit would go on; the last one is what ends it. */
  private String describeLosses(List<Member> alive) {
    String last = losses.get(losses.size() - 1);
    if (!isElastic()) {
      return last;
    }
    String before =
        losses.size() == 1
            ? ""
            : " Before: " + String.join("; ", losses.subList(0, losses.size() - 1)) + ".";
    return last
        + ". Only "
        + alive.size()
        + " of "
        + config.workers()
        + " workers remain, "
        + alive
        + ", but minWorkers = "
        + config.minWorkers()
        + "."
        + before;
  }

  /** Notes that a member is done. */
  synchronized void complete(Member member, String parametersSha256) {
    roster.complete(member, parametersSha256);
    if (change == null) {
      completeIfDone();
    }
  }

  private boolean completeIfDone() {
    View rest = new View(view.sessionId(), view.number(), alive());
    boolean done = roster.completeWith(rest);
    if (done) {
      change = null;
      effects.complete();
    }
    return done;
  }

  private void begin(long nowNs) {
    change = new Change(++lastNumber, nowNs);
    stalls.clear();
    ControlMessage suspend = new ControlMessage.Suspend(change.number);
    alive().forEach(member -> effects.send(member, suspend));
  }

  /** Takes a member's answer to {@code Suspend}. */
  synchronized void suspended(Member member, int number, long frontier, long nowNs) {
    if (change == null
        || change.number != number
        || change.prepared != null
        || !alive().contains(member)) {
      return; // an answer to a change that has begun anew
    }
    change.frontiers.put(member.rank(), frontier);
    if (change.frontiers.size() == alive().size()) {
      prepare(nowNs);
    }
  }

  private void prepare(long nowNs) {
    List<Integer> joiners = new ArrayList<>(waiting.keySet());
    List<Integer> behind = new ArrayList<>();
    List<Integer> ahead = new ArrayList<>();
    long lastRound = change.frontiers.values().stream().mapToLong(Long::longValue).max().orElse(-1);
    change.frontiers.forEach(
        (rank, frontier) -> {
          if (frontier == ViewChanges.NO_STATE) {
            joiners.add(rank);
          } else {
            (frontier == lastRound ? ahead : behind).add(rank);
          }
        });
    if (ahead.isEmpty() || lastRound < 0) {
      effects.fail("nobody is left who has the state of the fit: " + String.join("; ", losses));
      return;
    }
    List<Member> members = new ArrayList<>(alive());
    members.addAll(waiting.values());
    members.sort((a, b) -> Integer.compare(a.rank(), b.rank()));
    int donor = Math.min(ahead.get(0), behind.isEmpty() ? Integer.MAX_VALUE : behind.get(0));
    change.prepared =
        new ViewChange(
            new View(view.sessionId(), change.number, members),
            lastRound,
            ahead.get(0),
            behind,
            donor,
            joiners);
    change.startedNs = nowNs;
    ControlMessage prepare = new ControlMessage.Prepare(change.prepared);
    members.forEach(member -> effects.send(member, prepare));
  }

  /** Takes a member's answer to {@code Prepare}. */
  synchronized void ready(Member member, int number, long nowNs) {
    if (change == null
        || change.number != number
        || change.prepared == null
        || !alive().contains(member)) {
      return;
    }
    change.ready.add(member.rank());
    if (change.ready.size() == alive().size()) {
      install(nowNs);
    }
  }

  private void install(long nowNs) {
    view = change.prepared.view();
    long lastRound = change.prepared.lastRound();
    change = null;
    lost.clear();
    for (Member member : view.members()) {
      if (waiting.remove(member.rank(), member)) {
        events.add(
            new MembershipEvent(MembershipEvent.Kind.JOINED, member, lastRound, view.size(), ""));
      }
    }
    ControlMessage install = new ControlMessage.Install(view.number());
    view.members().forEach(member -> effects.send(member, install));
    if (!waiting.isEmpty()) {
      begin(nowNs);
    } else {
      completeIfDone();
    }
  }

  /** Takes note that a member has waited too long for others. */
  synchronized void stalled(Member member, int number, List<Integer> missing, long nowNs) {
    if (change == null && view != null && view.number() == number && alive().contains(member)) {
      stalls.report(member.rank(), missing, nowNs);
      evictTheStalled(nowNs);
    }
  }

  /** Looks after what has a deadline. */
  synchronized void tick(long nowNs) {
    if (view == null || roster.isComplete() || roster.failure().isPresent()) {
      return;
    }
    if (change == null) {
      evictTheStalled(nowNs);
    } else if (nowNs - change.startedNs > config.progressTimeout().toNanos()) {
      String how =
          "view "
              + change.number
              + " could not be "
              + (change.prepared == null ? "begun" : "prepared")
              + " because of it within "
              + config.progressTimeout().toMillis() / 1000.0
              + " s";
      overdue().forEach(member -> lose(member, "lost", how, nowNs));
    }
  }

  /** Who keeps the change waiting: who has not answered, or the one who had to help them all. */
  private List<Member> overdue() {
    Collection<Integer> answered =
        change.prepared == null ? change.frontiers.keySet() : change.ready;
    List<Integer> unanswered =
        alive().stream().map(Member::rank).filter(rank -> !answered.contains(rank)).toList();
    boolean unhelped =
        change.prepared != null
            && change.prepared.behind().size() > 1
            && unanswered.equals(change.prepared.behind());
    List<Integer> guilty = unhelped ? List.of(change.prepared.helper()) : unanswered;
    return alive().stream().filter(member -> guilty.contains(member.rank())).toList();
  }

  private void evictTheStalled(long nowNs) {
    List<Integer> ranks = alive().stream().map(Member::rank).toList();
    List<Integer> guilty = stalls.judge(ranks, nowNs);
    for (Member member : alive()) {
      if (guilty.contains(member.rank())) {
        lose(member, "lost", "it makes no progress while others wait for it", nowNs);
      }
    }
  }

  private boolean isElastic() {
    return config.minWorkers() < config.workers();
  }

  /** Those members of the view in force who were not lost. */
  private List<Member> alive() {
    return view.members().stream().filter(member -> !lost.contains(member.rank())).toList();
  }

  /** Reports of one stall come in within about the time that the members are apart. */
  private static Duration grace(Duration progressTimeout) {
    Duration half = progressTimeout.dividedBy(2);
    Duration most = Duration.ofSeconds(2);
    return half.compareTo(most) < 0 ? half : most;
  }

  /** A change of view under way. */
  private static final class Change {
    final int number;
    final Map<Integer, Long> frontiers = new TreeMap<>();
    final Set<Integer> ready = new TreeSet<>();
    long startedNs;
    ViewChange prepared; // null until all have stopped

    Change(int number, long startedNs) {
      this.number = number;
      this.startedNs = startedNs;
    }
  }
}
