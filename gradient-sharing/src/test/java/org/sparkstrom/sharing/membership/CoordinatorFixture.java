// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/** A coordinator on a free local port, and workers of all kinds for it; closes all of them. */
final class CoordinatorFixture implements AutoCloseable {
  static final long SESSION = 4711;
  static final Duration SOON = Duration.ofSeconds(10);

  final FitSecret secret = FitSecret.random(new SecureRandom());
  final Coordinator coordinator;
  private final List<Closeable> resources = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  CoordinatorFixture(int workers, Duration rendezvous, Duration liveness) {
    this(workers, workers, rendezvous, liveness, Duration.ofSeconds(30));
  }

  CoordinatorFixture(
      int workers, int minWorkers, Duration rendezvous, Duration liveness, Duration progress) {
    this(workers, minWorkers, rendezvous, liveness, progress, Arbiter.NONE);
  }

  private CoordinatorFixture(
      int workers,
      int minWorkers,
      Duration rendezvous,
      Duration liveness,
      Duration progress,
      Arbiter arbiter) {
    coordinator =
        Coordinator.open(
            new CoordinatorConfig(
                SESSION,
                secret,
                "127.0.0.1",
                "127.0.0.1",
                0,
                workers,
                minWorkers,
                rendezvous,
                liveness,
                progress),
            arbiter);
  }

  static CoordinatorFixture patient(int workers) {
    return new CoordinatorFixture(workers, Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /** A patient one whose workers vote. */
  static CoordinatorFixture voting(
      int workers, int minWorkers, Duration progress, Arbiter arbiter) {
    Duration patience = Duration.ofSeconds(30);
    return new CoordinatorFixture(workers, minWorkers, patience, patience, progress, arbiter);
  }

  static Member member(int rank) {
    return new Member(
        rank, 1000 + rank, "127.0.0.1", 40_000 + rank, 10, "executor " + rank + ", attempt 0");
  }

  CoordinatorClient client() {
    CoordinatorClient client =
        CoordinatorClient.connect(coordinator.address(), secret, SESSION, SOON);
    resources.add(client::close);
    return client;
  }

  /** Joins in the background, as a worker's own thread would. */
  CompletableFuture<View> join(CoordinatorClient client, int rank) {
    return join(client, member(rank));
  }

  CompletableFuture<View> join(CoordinatorClient client, Member member) {
    return CompletableFuture.supplyAsync(() -> client.join(member, SOON), threads);
  }

  CompletableFuture<Void> inBackground(Runnable task) {
    return CompletableFuture.runAsync(task, threads);
  }

  /** Clients that are all in the view, by rank. */
  List<CoordinatorClient> joinedClients(int count) {
    List<CoordinatorClient> clients = new ArrayList<>();
    List<CompletableFuture<View>> views = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      clients.add(client());
      views.add(join(clients.get(rank), rank));
    }
    views.forEach(CompletableFuture::join);
    return clients;
  }

  /** A worker that says only what the test says, and sends no signs of life. */
  RawWorker rawWorker() throws IOException {
    return rawWorker(secret);
  }

  RawWorker rawWorker(FitSecret itsSecret) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.address().port());
    resources.add(socket);
    socket.setSoTimeout((int) SOON.toMillis());
    ControlChannel channel = ControlChannel.ofWorker(socket, new SessionKeys(itsSecret, SESSION));
    return new RawWorker(socket, channel);
  }

  /** A raw worker that has joined. */
  RawWorker rawMember(int rank) throws IOException {
    RawWorker worker = rawWorker();
    assertThat(worker.channel().receive()).isInstanceOf(ControlMessage.Welcome.class);
    worker.channel().send(new ControlMessage.Hello());
    worker.channel().send(new ControlMessage.Join(member(rank)));
    Eventually.await(
        "rank " + rank + " is in",
        SOON,
        () -> coordinator.membership().members().contains(member(rank)));
    return worker;
  }

  Socket plainSocket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.address().port());
    resources.add(socket);
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  /** Waits until the fit has ended for the client, and returns the reason. */
  static String endOf(CoordinatorClient client) {
    String[] reason = new String[1];
    Eventually.await(
        "the fit has ended for " + client,
        SOON,
        () -> {
          try {
            client.check();
            return false;
          } catch (SharingAbortedException e) {
            reason[0] = e.getMessage();
            return true;
          }
        });
    return Objects.requireNonNull(reason[0]);
  }

  @Override
  public void close() throws IOException {
    coordinator.close();
    for (Closeable resource : resources) {
      resource.close();
    }
    threads.shutdownNow();
  }

  /** The ends of a connection that the test handles itself. */
  record RawWorker(Socket socket, ControlChannel channel) {}
}
