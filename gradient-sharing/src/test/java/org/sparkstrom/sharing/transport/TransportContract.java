// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;
import org.sparkstrom.sharing.transport.Transport.PeerState;

/**
 * What every transport must do; a test class for each implementation extends this one.
 *
 * <p>One thread drives all transports of a test, as a transport never blocks.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class TransportContract {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int LARGE_FRAME_BYTES = 8 << 20;

  private final List<Transport> transports = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final Map<Transport, List<byte[]>> received = new HashMap<>();
  private final long firstSalt = new Random().nextLong();

  /** Opens a transport that can reach the others of the same test; the contract closes it. */
  protected abstract Transport open(int rank, long salt) throws Exception;

  /** The longest frame that the opened transports take; at least 8 MiB. */
  protected abstract int maxFrameBytes();

  @AfterEach
  void closeAll() {
    transports.forEach(Transport::close);
  }

  @Test
  void connectsOnceThePeerIsThere() throws Exception {
    List<Transport> mesh = connectedMesh(2);

    assertThat(mesh).allMatch(Transport::connected);
    assertThat(mesh.get(0).endpoint()).isNotEqualTo(mesh.get(1).endpoint());
    assertThat(mesh.get(0).endpoint().port()).isPositive();
  }

  @Test
  void deliversAllFramesInTheSendersOrder() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    int frames = 500;

    for (int i = 0; i < frames; i++) {
      pollUntil(() -> queued(mesh.get(1)) < Transport.MAX_QUEUED_FRAMES);
      pollUntil(() -> queued(mesh.get(2)) < Transport.MAX_QUEUED_FRAMES);
      mesh.get(1).send(0, ByteBuffer.allocate(8).putInt(0, 1).putInt(4, i));
      mesh.get(2).send(0, ByteBuffer.allocate(8).putInt(0, 2).putInt(4, i));
    }
    pollUntil(() -> received(mesh.get(0)).size() == 2 * frames);

    for (int sender = 1; sender <= 2; sender++) {
      int from = sender;
      assertThat(received(mesh.get(0)))
          .filteredOn(frame -> ByteBuffer.wrap(frame).getInt(0) == from)
          .extracting(frame -> ByteBuffer.wrap(frame).getInt(4))
          .hasSize(frames)
          .isSorted()
          .doesNotHaveDuplicates();
    }
    assertThat(mesh).allMatch(Transport::flushed);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12})
  void carriesLargeFramesBothWaysAtOnce(long seed) throws Exception {
    List<Transport> mesh = connectedMesh(2);
    byte[] zeroToOne = randomBytes(new Random(seed), LARGE_FRAME_BYTES);
    byte[] oneToZero = randomBytes(new Random(seed + 1), LARGE_FRAME_BYTES - 1);

    mesh.get(0).send(1, ByteBuffer.wrap(zeroToOne));
    mesh.get(1).send(0, ByteBuffer.wrap(oneToZero));
    pollUntil(() -> !received(mesh.get(0)).isEmpty() && !received(mesh.get(1)).isEmpty());

    assertThat(received(mesh.get(0))).containsExactly(oneToZero);
    assertThat(received(mesh.get(1))).containsExactly(zeroToOne);
  }

  @Test
  void mixesFramesOfAllSizesWithoutLoss() throws Exception {
    List<Transport> mesh = connectedMesh(2);
    Random random = new Random(21);
    List<byte[]> sent = new ArrayList<>();
    for (int sizeBytes = 1; sizeBytes <= 1 << 20; sizeBytes = sizeBytes * 2 + 1) {
      sent.add(randomBytes(random, sizeBytes));
    }

    sent.forEach(bytes -> mesh.get(0).send(1, ByteBuffer.wrap(bytes)));
    pollUntil(() -> received(mesh.get(1)).size() == sent.size());

    assertThat(received(mesh.get(1))).containsExactlyElementsOf(sent);
  }

  @Test
  void sendsWhatLiesBetweenPositionAndLimitAndLeavesBothAlone() throws Exception {
    List<Transport> mesh = connectedMesh(2);
    ByteBuffer frame = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}).position(1).limit(4);

    mesh.get(0).send(1, frame);
    pollUntil(() -> received(mesh.get(1)).size() == 1);

    assertThat(received(mesh.get(1))).containsExactly(new byte[] {2, 3, 4});
    assertThat(frame.position()).isEqualTo(1);
    assertThat(frame.limit()).isEqualTo(4);
  }

  @Test
  void sendsOneBufferToSeveralPeers() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    byte[] bytes = randomBytes(new Random(31), 100_000);
    ByteBuffer frame = ByteBuffer.wrap(bytes);

    mesh.get(0).send(1, frame);
    mesh.get(0).send(2, frame);
    pollUntil(() -> received(mesh.get(1)).size() + received(mesh.get(2)).size() == 2);

    assertThat(received(mesh.get(1))).containsExactly(bytes);
    assertThat(received(mesh.get(2))).containsExactly(bytes);
  }

  @Test
  void refusesAnEmptyFrame() throws Exception {
    Transport transport = connectedMesh(2).get(0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> transport.send(1, ByteBuffer.allocate(0)))
        .withMessageContaining("0");
  }

  @Test
  void refusesAFrameAboveItsLimit() throws Exception {
    Transport transport = connectedMesh(2).get(0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> transport.send(1, ByteBuffer.allocate(maxFrameBytes() + 1)))
        .withMessageContaining("maxFrameBytes")
        .withMessageContaining(String.valueOf(maxFrameBytes() + 1));
  }

  @Test
  void refusesARankThatIsNoPeer() throws Exception {
    Transport transport = connectedMesh(2).get(0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> transport.send(7, ByteBuffer.allocate(1)))
        .withMessageContaining("7");
  }

  @Test
  void isIdleWhenNothingHappens() throws Exception {
    Transport transport = connectedMesh(2).get(0);

    assertThat(transport.flushed()).isTrue();
    await(() -> transport.poll(frame -> {}) == 0);
  }

  @Test
  void closesTwiceAndThenNamesItself() throws Exception {
    Transport transport = connectedMesh(2).get(0);

    transport.close();
    assertThatCode(transport::close).doesNotThrowAnyException();

    assertThatIllegalStateException()
        .isThrownBy(() -> transport.send(1, ByteBuffer.allocate(1)))
        .withMessageContaining(transport.getClass().getSimpleName())
        .withMessageContaining("closed");
    assertThatIllegalStateException().isThrownBy(() -> transport.poll(frame -> {}));
    assertThatIllegalStateException().isThrownBy(() -> transport.connect(List.of()));
  }

  @Test
  void isNotConnectedBeforeThePeerKnowsOfUs() throws Exception {
    Transport one = openAt(0);
    Transport other = openAt(1);

    one.connect(List.of(peer(1)));
    one.send(1, ByteBuffer.allocate(3));
    for (int i = 0; i < 1000; i++) {
      one.poll(frame -> {});
    }
    assertThat(one.connected()).isFalse();
    assertThat(one.flushed()).isFalse();

    other.connect(List.of(peer(0)));
    pollUntil(() -> received(other).size() == 1);
    assertThat(one.connected()).isTrue();
  }

  @Test
  void isNotConnectedToAPeerThatHasGone() throws Exception {
    Transport one = openAt(0);
    openAt(1).close();

    one.connect(List.of(peer(1)));
    one.poll(frame -> {});

    assertThat(one.connected()).isFalse();
    assertThat(one.peerStates()).containsExactly(new PeerState(peer(1), false, 0, 0));
  }

  @Test
  void takesNothingOfAStranger() throws Exception {
    Transport one = openAt(0);
    Transport friend = openAt(1);
    Transport stranger = openAt(2);
    one.connect(List.of(peer(1)));
    friend.connect(List.of(peer(0)));
    stranger.connect(List.of(peer(0)));

    stranger.send(0, ByteBuffer.wrap(new byte[] {66}));
    friend.send(0, ByteBuffer.wrap(new byte[] {11}));
    pollUntil(() -> !received(one).isEmpty());

    assertThat(received(one)).containsExactly(new byte[] {11});
    assertThat(stranger.connected()).isFalse();
  }

  @Test
  void boundsWhatWaitsForOnePeerAndNamesIt() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    Transport sender = mesh.get(0);
    for (int i = 0; i < Transport.MAX_QUEUED_FRAMES; i++) {
      sender.send(1, ByteBuffer.allocate(1));
    }

    assertThatExceptionOfType(QueueFullException.class)
        .isThrownBy(() -> sender.send(1, ByteBuffer.allocate(1)))
        .withMessage(
            "at most 64 frames may wait for one peer, but worker 1 at "
                + mesh.get(1).endpoint()
                + " has not taken those before this one; it is slow or gone. Poll until it takes"
                + " some, or give it up");
    assertThat(queued(sender)).isEqualTo(Transport.MAX_QUEUED_FRAMES);
    sender.send(2, ByteBuffer.allocate(1));

    pollUntil(() -> received(mesh.get(1)).size() == Transport.MAX_QUEUED_FRAMES);
    sender.send(1, ByteBuffer.allocate(1));
  }

  @Test
  void countsTheBackPressureOfEachPeer() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    Transport sender = mesh.get(0);
    for (int i = 0; i < 20; i++) {
      sender.send(1, ByteBuffer.allocate(LARGE_FRAME_BYTES / 20));
    }

    await(
        () -> {
          sender.poll(frame -> {});
          return sender.backPressureCount() > 0;
        });

    List<PeerState> states = sender.peerStates();
    assertThat(states).extracting(state -> state.peer().rank()).containsExactly(1, 2);
    assertThat(states.get(0).queuedFrames()).isPositive();
    assertThat(states.get(0).backPressureCount()).isEqualTo(sender.backPressureCount());
    assertThat(states.get(1).backPressureCount()).isZero();
  }

  @Test
  void aDeadPeerDoesNotHoldUpTheOthers() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    mesh.get(2).close();
    transports.remove(2);

    mesh.get(0).send(2, ByteBuffer.allocate(LARGE_FRAME_BYTES));
    mesh.get(0).send(1, ByteBuffer.wrap(new byte[] {7}));

    pollUntil(() -> !received(mesh.get(1)).isEmpty());
    assertThat(mesh.get(0).flushed()).isFalse();
  }

  @Test
  void forgetsAPeerAndTakesItBack() throws Exception {
    List<Transport> mesh = connectedMesh(3);
    Transport one = mesh.get(0);

    one.connect(List.of(peer(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> one.send(2, ByteBuffer.allocate(1)));
    assertThat(one.peerStates()).extracting(PeerState::peer).containsExactly(peer(1));

    for (int i = 0; i < 3; i++) {
      one.connect(List.of(peer(1)));
      one.connect(List.of(peer(1), peer(2)));
    }
    pollUntil(one::connected);
    one.send(2, ByteBuffer.wrap(new byte[] {5}));
    mesh.get(2).send(0, ByteBuffer.wrap(new byte[] {6}));
    pollUntil(() -> !received(mesh.get(2)).isEmpty() && !received(one).isEmpty());

    assertThat(received(mesh.get(2))).containsExactly(new byte[] {5});
    assertThat(received(one)).containsExactly(new byte[] {6});
  }

  /** Opens so many transports and connects each with all others. */
  private List<Transport> connectedMesh(int size) throws Exception {
    for (int i = 0; i < size; i++) {
      openAt(i);
    }
    for (int i = 0; i < size; i++) {
      List<Peer> peers = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        if (rank != i) {
          peers.add(peer(rank));
        }
      }
      transports.get(i).connect(peers);
    }
    pollUntil(() -> transports.stream().allMatch(Transport::connected));
    return List.copyOf(transports);
  }

  private Transport openAt(int rank) throws Exception {
    Transport transport = open(rank, salt(rank));
    transports.add(transport);
    endpoints.add(transport.endpoint());
    received.put(transport, new ArrayList<>());
    return transport;
  }

  private Peer peer(int rank) {
    return new Peer(rank, salt(rank), endpoints.get(rank));
  }

  private long salt(int rank) {
    return firstSalt + rank;
  }

  private static int queued(Transport transport) {
    return transport.peerStates().get(0).queuedFrames();
  }

  private List<byte[]> received(Transport transport) {
    return received.get(transport);
  }

  private void pollUntil(BooleanSupplier condition) {
    await(
        () -> {
          for (Transport transport : transports) {
            List<byte[]> frames = received(transport);
            transport.poll(
                frame -> {
                  byte[] copy = new byte[frame.remaining()];
                  frame.get(copy);
                  frames.add(copy);
                });
          }
          return condition.getAsBoolean();
        });
  }

  private void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadlineNs)
          .as("condition not met within %s; frames received: %s", DEADLINE, counts())
          .isNegative();
      LockSupport.parkNanos(1_000);
    }
  }

  private List<Integer> counts() {
    return transports.stream().map(transport -> received(transport).size()).toList();
  }

  private static byte[] randomBytes(Random random, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    random.nextBytes(bytes);
    return bytes;
  }
}
