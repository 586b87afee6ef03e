// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * The meeting place of one fit, on the driver: it makes the views and watches over the members.
 *
 * <p>Workers connect over TCP and prove that they hold the fit's secret. A member whose connection
 * closes without a goodbye is lost at once, one that is silent for the liveness timeout is lost
 * then. While at least {@code minWorkers} remain, the others go on in a smaller view, and a new
 * attempt of a lost worker is taken in; with fewer the fit ends for all. Nothing of the training
 * itself passes through here.
 *
 * <p>All methods are thread-safe and none blocks, except {@link #close}, for two seconds at most.
 * The threads are daemons: one accepts, one watches the time, one sends to all, and one reads for
 * each connection.
 */
public final class Coordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  private static final long WATCH_PERIOD_MS = 50;
  private static final long HANDSHAKE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long OVERDUE_NS = TimeUnit.SECONDS.toNanos(3); // three signs of life
  private static final long SEND_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long CLOSE_TIMEOUT_MS = 2_000;
  private static final int MAX_UNPROVEN_CONNECTIONS = 64;
  private static final int BACKLOG = 2 * MAX_UNPROVEN_CONNECTIONS;

  private final CoordinatorConfig config;
  private final SessionKeys keys;
  private final Roster roster;
  private final ViewChanger changer;
  private final Ballots ballots;
  private final Rendezvous rendezvous;
  private final ServerSocket server;
  private final CoordinatorAddress address;
  private final Set<MemberConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong droppedConnections = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final ScheduledExecutorService watcher = executor("sparkstrom-coordinator-watcher");
  private final ScheduledExecutorService sender = executor("sparkstrom-coordinator-sender");
  private final MemberConnection.Listener listener = new Events();
  private final ViewChanger.Effects effects = new Outcomes();

  private Coordinator(CoordinatorConfig config, Arbiter arbiter, ServerSocket server) {
    this.config = config;
    this.server = server;
    this.keys = new SessionKeys(config.secret(), config.sessionId());
    this.roster = new Roster(config.sessionId(), config.workers());
    this.changer = new ViewChanger(config, roster, effects);
    this.ballots = new Ballots(arbiter);
    this.address = new CoordinatorAddress(config.advertisedHost(), server.getLocalPort());
    this.rendezvous = new Rendezvous(config, roster, address);
  }

  /**
   * Opens a coordinator and starts to listen.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public static Coordinator open(CoordinatorConfig config) {
    return open(config, Arbiter.NONE);
  }

  /**
   * As {@link #open(CoordinatorConfig)}, for workers that vote.
   *
   * @param arbiter decides for all of them
   */
  public static Coordinator open(CoordinatorConfig config, Arbiter arbiter) {
    Coordinator coordinator =
        new Coordinator(config, arbiter, ListeningSocket.bind(config, BACKLOG));
    daemon(coordinator::accept, "sparkstrom-coordinator-accept").start();
    ScheduledFuture<?> unused =
        coordinator.watcher.scheduleWithFixedDelay(
            coordinator::watch, WATCH_PERIOD_MS, WATCH_PERIOD_MS, TimeUnit.MILLISECONDS);
    return coordinator;
  }

  /** Where workers connect to. */
  public CoordinatorAddress address() {
    return address;
  }

  /** Why the fit has ended badly, naming the worker; empty while it has not. */
  public Optional<String> failure() {
    return roster.failure();
  }

  /** Completes with the reason when the fit ends badly, and never otherwise. */
  public CompletableFuture<String> failed() {
    return failed.copy();
  }

  /**
   * Who takes part now and who waits for it, how far they are, and who was lost and came before.
   */
  public MembershipState membership() {
    return changer.state();
  }

  /** The SHA-256 of the parameters of each member that is done, by rank. */
  public Map<Integer, String> fingerprints() {
    return roster.fingerprints();
  }

  /** The ranks of those who have completed the fit, rising; empty until all have. */
  public List<Integer> completedRanks() {
    return roster.completedRanks();
  }

  /** Connections that ended before they had proven to hold the secret. */
  public long droppedConnectionCount() {
    return droppedConnections.get();
  }

  /** Ends the fit for all members. Has no effect if it has ended already. */
  public void abort(String reason) {
    if (roster.fail(reason)) {
      LOG.debug("session {} fails: {}", config.sessionId(), reason);
      sendToAll(new ControlMessage.Abort(reason));
      failed.complete(reason);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    abort("the driver closed the coordinator before all workers were done");
    watcher.shutdownNow();
    sender.shutdown();
    try {
      if (!sender.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        LOG.debug("some members could not be told that the coordinator closes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("closing {}: {}", this, e.toString());
    }
    connections.forEach(MemberConnection::close);
  }

  @Override
  public String toString() {
    return "Coordinator[" + address + ", session " + config.sessionId() + "]";
  }

  private void accept() {
    while (!closed.get()) {
      try {
        admit(server.accept());
      } catch (IOException e) {
        if (!closed.get()) {
          abort("the coordinator can no longer accept connections: " + e);
        }
        return;
      }
    }
  }

  private void admit(Socket socket) {
    long unproven = connections.stream().filter(c -> !c.isAuthenticated()).count();
    MemberConnection connection =
        new MemberConnection(
            socket,
            keys,
            new ControlMessage.Welcome(config.livenessTimeout().toMillis(), config.minWorkers()),
            listener);
    if (unproven >= MAX_UNPROVEN_CONNECTIONS) {
      droppedConnections.incrementAndGet();
      connection.close();
      return;
    }
    connections.add(connection);
    daemon(connection, "sparkstrom-coordinator-" + socket.getRemoteSocketAddress()).start();
    if (closed.get()) {
      connection.close();
    }
  }

  /** Looks after everything that has a deadline; a timer's task must not throw. */
  private void watch() {
    try {
      long nowNs = System.nanoTime();
      connections.forEach(connection -> watch(connection, nowNs));
      changer.tick(nowNs);
      decideBallots();
      hurryBallots(nowNs);
      if (rendezvous.isOver(connections, nowNs) && !changer.startWithThoseHere()) {
        rendezvous.failure(connections).ifPresent(this::abort);
      }
    } catch (RuntimeException e) {
      LOG.warn("{} cannot watch its members", this, e);
      abort("the coordinator failed: " + e);
    }
  }

  /** Decides what all have voted on, and tells them. */
  private void decideBallots() {
    List<Integer> ranks = changer.ranks();
    if (ranks.isEmpty()) {
      return;
    }
    try {
      for (Ballots.Decision decision : ballots.decide(ranks)) {
        sendToAll(new ControlMessage.Verdict(decision.ballot(), decision.verdict()));
      }
    } catch (SharingAbortedException e) { // the arbiter wants the fit to end
      abort(e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("{} cannot decide", this, e);
      abort("the driver could not decide for the workers: " + e);
    }
  }

  /** Who keeps the others waiting with its vote for too long is lost. */
  private void hurryBallots(long nowNs) {
    long sinceNs = nowNs - config.progressTimeout().toNanos();
    for (Ballots.Overdue overdue : ballots.overdue(changer.ranks(), sinceNs)) {
      for (Member member : roster.members()) {
        if (overdue.missing().contains(member.rank())) {
          String how =
              "it has not come to '%s' within %s of the first, while others wait"
                  .formatted(overdue.ballot(), seconds(config.progressTimeout()));
          changer.lose(member, "lost", how, nowNs);
        }
      }
    }
  }

  private void watch(MemberConnection connection, long nowNs) {
    Duration patience = config.livenessTimeout();
    boolean unproven = !connection.isAuthenticated();
    if ((unproven && connection.silentNs(nowNs) > HANDSHAKE_TIMEOUT_NS)
        || connection.blockedNs(nowNs) > SEND_TIMEOUT_NS) {
      connection.close();
    } else if (!connection.isRetired() && connection.silentNs(nowNs) > patience.toNanos()) {
      // A member's connection stays open, so that one that was only paused learns what happened.
      connection
          .member()
          .ifPresentOrElse(
              member -> lose(member, "it has been silent for " + seconds(patience)),
              connection::close);
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }

  private void lose(Member member, String how) {
    changer.lose(
        member,
        "lost",
        how
            + ". Its executor may have been killed or lost its network; see the executor's log"
            + remedy(),
        System.nanoTime());
  }

  /** What more there is to do where the first loss ends the fit, though others could go on. */
  private String remedy() {
    return config.workers() > 1 && config.minWorkers() == config.workers()
        ? ". To go on without a lost worker set minWorkers to less than the %d workers (not in ASYNC)"
            .formatted(config.workers())
        : "";
  }

  private ControlMessage allComplete() {
    return new ControlMessage.AllComplete(roster.completedRanks());
  }

  private void sendToAll(ControlMessage message) {
    connections.forEach(connection -> send(connection, message));
  }

  /** Messages to one worker leave in the order of these calls. */
  private void send(MemberConnection connection, ControlMessage message) {
    try {
      sender.execute(() -> connection.send(message));
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is closed; {} is not told", this, connection);
    }
  }

  private static ScheduledExecutorService executor(String name) {
    return Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** What becomes of the changer's decisions; called under its lock. */
  private final class Outcomes implements ViewChanger.Effects {

    /** A view holds what keys are made from, so nobody gets it who is not in it. */
    @Override
    public void send(Member to, ControlMessage message) {
      connections.stream()
          .filter(connection -> connection.member().filter(to::equals).isPresent())
          .forEach(connection -> Coordinator.this.send(connection, message));
    }

    @Override
    public void evict(Member member, String reason) {
      LOG.warn("session {}: {}", config.sessionId(), reason);
      send(member, new ControlMessage.Abort(reason));
      connections.stream()
          .filter(connection -> connection.member().filter(member::equals).isPresent())
          .forEach(MemberConnection::retire);
    }

    @Override
    public void fail(String reason) {
      abort(reason);
    }

    @Override
    public void complete() {
      sendToAll(allComplete());
    }
  }

  /** What the connections' threads tell us. */
  private final class Events implements MemberConnection.Listener {

    @Override
    public void onMessage(MemberConnection connection, ControlMessage message) throws IOException {
      if (message instanceof ControlMessage.Join join) {
        onJoin(connection, join.member());
      } else if (message instanceof ControlMessage.Fail fail) {
        onFail(connection, fail.reason());
      } else if (message instanceof ControlMessage.EndFit end) {
        abort("failed " + roster.describe(joined(connection)) + ": " + end.reason());
      } else {
        onReport(joined(connection), message);
      }
    }

    private void onReport(Member member, ControlMessage message) throws IOException {
      long nowNs = System.nanoTime();
      if (message instanceof ControlMessage.Progress report) {
        roster.report(member, report.progress());
      } else if (message instanceof ControlMessage.Complete complete) {
        changer.complete(member, complete.parametersSha256());
      } else if (message instanceof ControlMessage.Suspended suspended) {
        changer.suspended(member, suspended.number(), suspended.frontier(), nowNs);
      } else if (message instanceof ControlMessage.Ready ready) {
        changer.ready(member, ready.number(), nowNs);
      } else if (message instanceof ControlMessage.Stalled stalled) {
        changer.stalled(member, stalled.view(), stalled.missing(), nowNs);
      } else if (message instanceof ControlMessage.Vote vote) {
        onVote(member, vote, nowNs);
      } else {
        throw new IOException("a worker must not send " + message);
      }
    }

    private void onVote(Member member, ControlMessage.Vote vote, long nowNs) {
      Optional<ByteBuffer> verdict = ballots.vote(vote, member.rank(), nowNs);
      verdict.ifPresent(
          content -> effects.send(member, new ControlMessage.Verdict(vote.ballot(), content)));
      decideBallots();
    }

    /** A worker that has not joined is missed by nobody yet: Spark may start its task again. */
    private void onFail(MemberConnection connection, String reason) {
      connection
          .member()
          .ifPresentOrElse(
              member -> changer.lose(member, "failed", reason, System.nanoTime()),
              () -> {
                LOG.warn("a worker failed before it joined: {}", reason);
                rendezvous.left(reason);
              });
    }

    @Override
    public void onEnd(MemberConnection connection, MemberConnection.End end) {
      connections.remove(connection);
      if (!connection.isAuthenticated()) {
        droppedConnections.incrementAndGet();
      }
      String how =
          switch (end) {
            case GOODBYE -> "it left before all workers were done";
            case CLOSED -> "its connection closed without a goodbye";
          };
      if (!connection.isRetired()) {
        connection.member().ifPresent(member -> lose(member, how));
      }
    }

    private void onJoin(MemberConnection connection, Member member) throws IOException {
      if (connection.member().isPresent()) {
        throw new IOException("a worker must not join twice on one connection");
      }
      if (roster.isComplete()) {
        connection.send(allComplete());
        return;
      }
      giveWay(member);
      connection.joinedAs(member);
      Optional<ControlMessage.Refused> refusal = changer.join(member, System.nanoTime());
      if (refusal.isPresent()) {
        connection.retire();
        connection.send(refusal.get());
      }
    }

    /**
     * A member that has missed its signs of life gives way to a new attempt of its rank: Spark
     * starts one when it has given up the executor, which a dead host cannot tell us.
     */
    private void giveWay(Member newcomer) {
      long nowNs = System.nanoTime();
      long patienceNs = Math.min(OVERDUE_NS, config.livenessTimeout().toNanos() * 3 / 4);
      for (MemberConnection other : connections) {
        if (other.silentNs(nowNs) > patienceNs && !other.isRetired()) {
          other
              .member()
              .filter(member -> member.rank() == newcomer.rank())
              .ifPresent(
                  member -> lose(member, "it is silent, and " + newcomer.label() + " has come"));
        }
      }
    }

    private Member joined(MemberConnection connection) throws IOException {
      return connection
          .member()
          .orElseThrow(() -> new IOException("a worker must join before it reports"));
    }
  }
}
