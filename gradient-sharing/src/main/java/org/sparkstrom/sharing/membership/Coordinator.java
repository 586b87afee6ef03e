// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
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
 * The meeting place of one fit, on the driver: it makes the view, watches over the members, and
 * ends the fit for all when one is lost.
 *
 * <p>Workers connect over TCP and prove that they hold the fit's secret. A member whose connection
 * closes without a goodbye is lost at once, one that is silent for the liveness timeout is lost
 * then. Nothing of the training itself passes through here.
 *
 * <p>All methods are thread-safe and none blocks, except {@link #close}, for two seconds at most.
 * The threads are daemons: one accepts, one watches the time, one sends to all, and one reads for
 * each connection.
 */
public final class Coordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  private static final long WATCH_PERIOD_MS = 50;
  private static final long HANDSHAKE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long SEND_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long CLOSE_TIMEOUT_MS = 2_000;
  private static final int MAX_UNPROVEN_CONNECTIONS = 64;

  private final CoordinatorConfig config;
  private final SessionKeys keys;
  private final Roster roster;
  private final ServerSocket server;
  private final CoordinatorAddress address;
  private final Set<MemberConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong droppedConnections = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final ScheduledExecutorService watcher = executor("sparkstrom-coordinator-watcher");
  private final ScheduledExecutorService sender = executor("sparkstrom-coordinator-sender");
  private final MemberConnection.Listener listener = new Events();
  private volatile String lastDeparture = "";
  private long arrivals;
  private long lastArrivalNs; // 0 until the first worker has come

  private Coordinator(CoordinatorConfig config, ServerSocket server) {
    this.config = config;
    this.server = server;
    this.keys = new SessionKeys(config.secret(), config.sessionId());
    this.roster = new Roster(config.sessionId(), config.workers());
    this.address = new CoordinatorAddress(config.advertisedHost(), server.getLocalPort());
  }

  /**
   * Opens a coordinator and starts to listen.
   *
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static Coordinator open(CoordinatorConfig config) {
    Coordinator coordinator = new Coordinator(config, bind(config));
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

  /** The latest report of each member that has sent one, by rank. */
  public List<MemberProgress> progress() {
    return roster.progress();
  }

  /** Those who have joined, by rank. */
  public List<Member> members() {
    return roster.members();
  }

  /** The SHA-256 of the parameters of each member that is done, by rank. */
  public Map<Integer, String> fingerprints() {
    return roster.fingerprints();
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

  private static ServerSocket bind(CoordinatorConfig config) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.bind(
          new InetSocketAddress(InetAddress.getByName(config.bindHost()), config.port()),
          2 * MAX_UNPROVEN_CONNECTIONS);
      return socket;
    } catch (IOException e) {
      String wanted = config.bindHost() + ':' + config.port();
      UncheckedIOException failure =
          new UncheckedIOException(
              "the coordinator cannot listen on TCP "
                  + wanted
                  + "; set spark.driver.bindAddress to an address of the driver",
              e);
      closeInto(failure, socket);
      throw failure;
    }
  }

  private static void closeInto(RuntimeException primary, ServerSocket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      primary.addSuppressed(e);
    }
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
        new MemberConnection(socket, keys, config.livenessTimeout().toMillis(), listener);
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
      watchRendezvous(nowNs);
    } catch (RuntimeException e) {
      LOG.warn("{} cannot watch its members", this, e);
      abort("the coordinator failed: " + e);
    }
  }

  private void watch(MemberConnection connection, long nowNs) {
    Duration patience = config.livenessTimeout();
    boolean unproven = !connection.isAuthenticated();
    if ((unproven && connection.silentNs(nowNs) > HANDSHAKE_TIMEOUT_NS)
        || connection.blockedNs(nowNs) > SEND_TIMEOUT_NS) {
      connection.close();
    } else if (connection.silentNs(nowNs) > patience.toNanos()) {
      // A member's connection stays open, so that one that was only paused learns what happened.
      connection
          .member()
          .ifPresentOrElse(
              member -> lose(member, "it has been silent for " + seconds(patience)),
              connection::close);
    }
  }

  /**
   * Ends a fit to which no further worker comes. The time counts from the last arrival, so that it
   * does not matter how long Spark takes to start the first worker, or the workers to read rows.
   */
  private void watchRendezvous(long nowNs) {
    Duration patience = config.rendezvousTimeout();
    long connected = connections.stream().filter(MemberConnection::isAuthenticated).count();
    long seen = connected + roster.members().size();
    if (seen != arrivals) { // who left before it joined has as long to be replaced
      arrivals = seen;
      lastArrivalNs = nowNs;
    }
    if (lastArrivalNs != 0
        && connected < config.workers()
        && roster.isGathering()
        && nowNs - lastArrivalNs > patience.toNanos()) {
      abort(
          config.workers()
              + " workers expected, "
              + roster.members().size()
              + " joined, and no more came within "
              + seconds(patience)
              + " ("
              + roster.attendance()
              + waiting()
              + lastDeparture
              + "). Check that the cluster has a free slot for each worker and that executors can"
              + " reach "
              + address
              + " (spark.driver.host), or allow more time");
    }
  }

  /** Tells of workers that are connected and have not joined. */
  private String waiting() {
    long count =
        connections.stream().filter(c -> c.isAuthenticated() && c.member().isEmpty()).count();
    return count == 0 ? "" : "; " + count + " more connected, still reading their rows";
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }

  private void lose(Member member, String how) {
    abort(
        "lost "
            + roster.describe(member)
            + ": "
            + how
            + ". Its executor may have been killed or lost its network; see the executor's log");
  }

  /** A view holds what keys are made from, so nobody gets it who is not in it. */
  private void sendToMembers(ControlMessage message) {
    send(message, connections.stream().filter(c -> c.member().isPresent()).toList());
  }

  private void sendToAll(ControlMessage message) {
    send(message, connections);
  }

  private void send(ControlMessage message, Collection<MemberConnection> receivers) {
    for (MemberConnection connection : receivers) {
      try {
        sender.execute(() -> connection.send(message));
      } catch (RejectedExecutionException e) {
        LOG.debug("{} is closed; {} is not told", this, connection);
      }
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

  /** What the connections' threads tell us. */
  private final class Events implements MemberConnection.Listener {

    @Override
    public void onMessage(MemberConnection connection, ControlMessage message) throws IOException {
      if (message instanceof ControlMessage.Join join) {
        onJoin(connection, join.member());
      } else if (message instanceof ControlMessage.Fail fail) {
        onFail(connection, fail.reason());
      } else if (message instanceof ControlMessage.Progress report) {
        roster.report(report.progress().withRank(joined(connection).rank()));
      } else if (message instanceof ControlMessage.Complete complete) {
        if (roster.complete(joined(connection), complete.parametersSha256())) {
          sendToAll(new ControlMessage.AllComplete());
        }
      } else {
        throw new IOException("a worker must not send " + message);
      }
    }

    /** A worker that has not joined is missed by nobody yet: Spark may start its task again. */
    private void onFail(MemberConnection connection, String reason) {
      connection
          .member()
          .ifPresentOrElse(
              member -> abort("failed " + roster.describe(member) + ": " + reason),
              () -> {
                LOG.warn("a worker failed before it joined: {}", reason);
                lastDeparture = "; one left with: " + reason;
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
      connection.member().ifPresent(member -> lose(member, how));
    }

    private void onJoin(MemberConnection connection, Member member) throws IOException {
      if (connection.member().isPresent()) {
        throw new IOException("a worker must not join twice on one connection");
      }
      Optional<String> refusal = roster.join(member);
      if (refusal.isPresent()) {
        connection.send(new ControlMessage.Refused(refusal.get()));
        return;
      }
      connection.joinedAs(member);
      roster.view().ifPresent(view -> sendToMembers(new ControlMessage.Joined(view)));
    }

    private Member joined(MemberConnection connection) throws IOException {
      return connection
          .member()
          .orElseThrow(() -> new IOException("a worker must join before it reports"));
    }
  }
}
