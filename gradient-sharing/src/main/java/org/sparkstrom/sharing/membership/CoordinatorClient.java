// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * A worker's connection to the coordinator of its fit.
 *
 * <p>Opened by the worker's thread, which joins, trains, and completes or fails. Meanwhile a daemon
 * thread sends the latest progress and signs of life, and another listens, so that {@link #check}
 * tells at once when the fit has ended or the coordinator is gone, and {@link #poll} when the view
 * changes. All methods may be called by any thread; those that block take a timeout. Closing before
 * completion is a loss for the others.
 */
public final class CoordinatorClient implements Liveness, ViewChanges, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorClient.class);

  private static final long PROGRESS_PERIOD_MS = 200;
  private static final long MAX_HEARTBEAT_PERIOD_MS = 1_000;
  private static final long SERVICE_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final CoordinatorAddress address;
  private final ControlChannel channel;
  private final int livenessTimeoutMs;
  private final int minWorkers;
  private final ClientState state = new ClientState();
  private final AtomicReference<MemberProgress> unsent = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ScheduledExecutorService sender;
  private long lastHeartbeatNs = System.nanoTime();

  private CoordinatorClient(CoordinatorAddress address, CoordinatorConnector.Connected connected) {
    this.address = address;
    this.channel = connected.channel();
    this.livenessTimeoutMs = connected.livenessTimeoutMs();
    this.minWorkers = connected.minWorkers();
    this.sender =
        Executors.newSingleThreadScheduledExecutor(
            task -> daemon(task, "sparkstrom-coordinator-sender"));
  }

  /**
   * Connects and proves, both ways, that worker and coordinator hold the secret of the session.
   *
   * @param timeout how long to try
   * @throws SharingAbortedException if there is no coordinator at the address, or not of this fit
   */
  public static CoordinatorClient connect(
      CoordinatorAddress address, FitSecret secret, long sessionId, Duration timeout) {
    return connect(address, secret, sessionId, timeout, Liveness.ALWAYS);
  }

  /**
   * The same for a worker that may be called off while it tries.
   *
   * @param caller checked before each try
   */
  public static CoordinatorClient connect(
      CoordinatorAddress address,
      FitSecret secret,
      long sessionId,
      Duration timeout,
      Liveness caller) {
    SessionKeys keys = new SessionKeys(secret, sessionId);
    CoordinatorConnector connector = new CoordinatorConnector(address, keys, timeout);
    CoordinatorClient client = new CoordinatorClient(address, connector.connect(caller));
    client.start();
    return client;
  }

  /**
   * Asks to be taken in and blocks until all workers have been; if the fit is running already,
   * until the view has been changed. Then {@link #admission} is present.
   *
   * @throws RankTakenException if another attempt of the rank is alive
   * @throws SharingAbortedException if the coordinator refuses or the fit ends; the message says
   *     why
   * @throws FitCompletedException if the fit has ended well without this worker
   */
  public View join(Member member, Duration timeout) {
    check();
    send(new ControlMessage.Join(member));
    View view =
        state.awaitView(timeout, "the other workers to join " + this + " as " + member + " has");
    if (view.find(member.rank()).filter(member::equals).isEmpty()) {
      throw new SharingAbortedException(
          this + " gave a view in which rank " + member.rank() + " is not this join of " + member);
    }
    return view;
  }

  /** Notes how far this worker is. Never blocks; the latest report is sent within 0.2 s. */
  public void report(MemberProgress progress) {
    unsent.set(progress);
  }

  /** Tells the coordinator that this worker cannot go on, which is a loss for the others. */
  public void fail(String reason) {
    sendUnsentProgress();
    send(new ControlMessage.Fail(reason));
  }

  /** Tells the coordinator that nobody can go on, which ends the fit for all. */
  public void endFit(String reason) {
    sendUnsentProgress();
    send(new ControlMessage.EndFit(reason));
  }

  /**
   * Tells the coordinator that this worker is done and blocks until all are. Only then may the
   * worker close what its peers could still need.
   *
   * @param parametersSha256 fingerprint of the parameters, the same on every replica
   * @return the ranks of those who have completed the fit, rising
   * @throws SharingAbortedException if the fit ends badly before
   */
  public List<Integer> complete(String parametersSha256, Duration timeout) {
    check();
    sendUnsentProgress();
    send(new ControlMessage.Complete(parametersSha256));
    return state.awaitAllComplete(timeout, "the other workers to complete, as told by " + this);
  }

  /**
   * As {@link #complete(String, Duration)}, and meanwhile gives the others what they may still need
   * of this worker.
   *
   * @param service called again and again by this thread; must not block for long
   */
  public List<Integer> complete(String parametersSha256, Duration timeout, Runnable service) {
    check();
    sendUnsentProgress();
    send(new ControlMessage.Complete(parametersSha256));
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (!state.isAllComplete()) {
      service.run();
      LockSupport.parkNanos(SERVICE_PERIOD_NS);
      if (Thread.currentThread().isInterrupted()) {
        throw new SharingAbortedException("interrupted while waiting for the other workers");
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw new SharingAbortedException(
            "waited "
                + timeout.toMillis() / 1000.0
                + " s for the other workers to complete, as told by "
                + this);
      }
    }
    return state.completedRanks();
  }

  /** Gives this worker's part of a decision that it does not wait for. Does not block. */
  public void vote(String ballot, ByteBuffer content) {
    check();
    send(new ControlMessage.Vote(ballot, false, content));
  }

  /**
   * Gives this worker's part of a decision and blocks until it is made, which takes the votes of
   * all members. If it was made before this worker joined, the result is the same.
   *
   * @param ballot name of the decision, the same on all workers
   * @param content at most 512 KiB
   * @param service called again and again meanwhile by this thread, for what the others may need of
   *     this worker; must not block for long
   * @throws SharingAbortedException if the fit ends or there is no decision in time
   */
  public ByteBuffer decide(String ballot, ByteBuffer content, Duration timeout, Runnable service) {
    check();
    send(new ControlMessage.Vote(ballot, true, content));
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<ByteBuffer> verdict = state.takeVerdict(ballot);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      serve(service, deadlineNs, "the verdict on '" + ballot + "'", timeout);
    }
  }

  private void serve(Runnable service, long deadlineNs, String awaited, Duration timeout) {
    service.run();
    LockSupport.parkNanos(SERVICE_PERIOD_NS);
    if (Thread.currentThread().isInterrupted()) {
      throw new SharingAbortedException("interrupted while waiting for " + awaited);
    }
    if (System.nanoTime() - deadlineNs > 0) {
      throw new SharingAbortedException(
          "waited " + timeout.toMillis() / 1000.0 + " s for " + awaited + " of " + this);
    }
  }

  @Override
  public Optional<ViewChange> admission() {
    return state.admission();
  }

  @Override
  public Optional<ViewInstruction> poll() {
    return state.pollInstruction();
  }

  @Override
  public void suspended(int number, long frontier) {
    send(new ControlMessage.Suspended(number, frontier));
  }

  @Override
  public void ready(int number) {
    send(new ControlMessage.Ready(number));
  }

  @Override
  public Verdict stalled(View view, long round, List<Integer> missing) {
    if (view.size() <= minWorkers) {
      return Verdict.GIVE_UP;
    }
    send(new ControlMessage.Stalled(view.number(), round, missing));
    return Verdict.WAIT;
  }

  @Override
  public void check() {
    state.check();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      state.end(this + " is closed");
      sender.shutdownNow();
      try {
        channel.send(new ControlMessage.Goodbye());
      } catch (IOException e) {
        LOG.debug("no goodbye to {}: {}", this, e.toString());
      }
      closeChannel();
    }
  }

  @Override
  public String toString() {
    return "the coordinator at " + address;
  }

  private void start() {
    daemon(this::listen, "sparkstrom-coordinator-listener").start();
    long periodMs = Math.min(PROGRESS_PERIOD_MS, heartbeatPeriodMs());
    ScheduledFuture<?> unused =
        sender.scheduleWithFixedDelay(
            this::sendSignOfLife, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  private void listen() {
    try {
      channel.receiveTimeoutMs(livenessTimeoutMs);
      while (!closed.get()) {
        take(channel.receive());
      }
    } catch (SocketTimeoutException e) {
      gone("it has been silent for " + livenessTimeoutMs / 1000.0 + " s");
    } catch (EOFException e) {
      gone("it closed the connection; the driver may have ended");
    } catch (IOException e) {
      gone(e.getMessage());
    }
  }

  private void take(ControlMessage message) throws IOException {
    if (message instanceof ControlMessage.Joined joined) {
      state.joined(joined.view());
    } else if (message instanceof ControlMessage.AllComplete all) {
      state.allComplete(all.members());
    } else if (message instanceof ControlMessage.Abort abort) {
      state.end(abort.reason());
    } else if (message instanceof ControlMessage.Refused refused) {
      String reason = this + " refused this worker: " + refused.reason();
      if (refused.rankTaken()) {
        state.rankTaken(reason);
      } else {
        state.end(reason);
      }
    } else if (message instanceof ControlMessage.Verdict verdict) {
      state.decided(verdict.ballot(), verdict.content());
    } else if (message instanceof ControlMessage.Suspend suspend) {
      state.instruct(new ViewInstruction.Suspend(suspend.number()));
    } else if (message instanceof ControlMessage.Prepare prepare) {
      state.instruct(new ViewInstruction.Prepare(prepare.change()));
    } else if (message instanceof ControlMessage.Install install) {
      state.instruct(new ViewInstruction.Install(install.number()));
    } else if (!(message instanceof ControlMessage.Heartbeat)) {
      throw new IOException("it must not send " + message);
    }
  }

  private void gone(String how) {
    state.end(this + " is gone: " + how);
    closeChannel();
  }

  private void sendSignOfLife() {
    sendUnsentProgress();
    // Progress is not answered, so heartbeats go on beside it: they test the coordinator too.
    if (System.nanoTime() - lastHeartbeatNs >= TimeUnit.MILLISECONDS.toNanos(heartbeatPeriodMs())) {
      send(new ControlMessage.Heartbeat());
      lastHeartbeatNs = System.nanoTime();
    }
  }

  /** Four signs of life within the coordinator's patience, and one each second at least. */
  private long heartbeatPeriodMs() {
    return Math.max(1, Math.min(MAX_HEARTBEAT_PERIOD_MS, livenessTimeoutMs / 4));
  }

  /** Sends the latest report, if there is one that was not sent. */
  private void sendUnsentProgress() {
    MemberProgress latest = unsent.getAndSet(null);
    if (latest != null) {
      send(new ControlMessage.Progress(latest));
    }
  }

  /** Sends; of a broken connection the listener tells, which may still have a reason to read. */
  private void send(ControlMessage message) {
    try {
      channel.send(message);
    } catch (IOException e) {
      LOG.debug("cannot send to {}: {}", this, e.toString());
    }
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing the connection to {}: {}", this, e.toString());
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
