// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aeron.Aeron;
import io.aeron.driver.status.SystemCounterDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.Transport.Peer;

/** What strangers can do to a fit whose port they can reach, and those who read its packets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReceiverGuardTest {
  private static final int TERM_BYTES = AeronConfig.MAX_TERM_LENGTH_BYTES;
  private static final int PACKETS = 1000;

  private final StreamIds own = TestKeys.ids(0);
  private final List<Byte> received = new ArrayList<>();
  private AeronTransport victim;
  private Transport friend;
  private MediaDriverLease lease;
  private Aeron observer;
  private ForgedPackets forged;

  @BeforeEach
  void openAFit() throws Exception {
    victim = AeronTransport.open(AeronConfig.on("127.0.0.1"), own);
    friend = AeronTransport.open(AeronConfig.on("127.0.0.1"), TestKeys.ids(1));
    victim.connect(List.of(friendAsPeer()));
    friend.connect(List.of(new Peer(0, own.salt(), victim.endpoint())));
    Await.until("connected", () -> victim.connected() && friend.connected());
    lease = MediaDriverLease.acquire();
    observer = Aeron.connect(new Aeron.Context().aeronDirectoryName(lease.directory().toString()));
    forged = new ForgedPackets(victim.endpoint());
  }

  @AfterEach
  void closeAll() {
    forged.close();
    observer.close();
    lease.close();
    friend.close();
    victim.close();
  }

  @Test
  void aStrangerWhoGuessesWrongCausesNoLogAndGetsNoAnswer() throws Exception {
    List<Path> before = images();
    long seed = new Random().nextLong();
    Random random = new Random(seed);

    for (int i = 0; i < PACKETS; i++) {
      int stream = i % 3 == 0 ? own.own() : random.nextInt();
      forged.setup(stream, random.nextInt(), TERM_BYTES);
      forged.data(stream, random.nextInt(), 64, 64);
      awaitRefused(2L * i);
    }

    assertThat(images()).as("seed %d", seed).isEqualTo(before);
    forged.socket().setSoTimeout(1);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> forged.socket().receive(new DatagramPacket(new byte[100], 100)));
    requireTheFitGoesOn();
  }

  @Test
  void aReaderOfTheNetworkCausesOneMoreLogForEachPeerAndFourMoreAtMost() throws Exception {
    int path = own.pathFrom(friendAsPeer());

    for (int i = 0; i < PACKETS; i++) {
      forged.setup(own.own(), path | (i & 0xff), TERM_BYTES);
    }
    awaitRefused(PACKETS / 2);

    // One of the friend, five forged; the last is the friend's, for what the victim sends.
    assertThat(images()).hasSize(7);
    requireTheFitGoesOn();
  }

  @Test
  void longerTermsThanOursAndOtherNonsenseIsRefused() throws Exception {
    List<Path> before = images();
    int path = own.pathFrom(friendAsPeer()) | 0x77;

    for (int termLength : new int[] {2 * TERM_BYTES, 1 << 30, 0, -1, 100_000, 32 * 1024}) {
      forged.setup(own.own(), path, termLength);
    }
    forged.send(new byte[0]);
    forged.send(new byte[7]);
    awaitRefused(7);

    assertThat(images()).isEqualTo(before);
    requireTheFitGoesOn();
  }

  @Test
  void aHeaderThatIsCutShortIsNotReadFromThePacketBefore() throws Exception {
    int session = own.pathFrom(friendAsPeer()) | 1;
    for (int length : new int[] {8, 31}) {
      forged.data(own.own(), session, 64, length);
    }
    forged.data(own.own(), session, 4096, 64);
    awaitRefused(3);

    requireTheFitGoesOn();
  }

  @Test
  void packetsOfOneFitsAttackerDoNotPoisonAnotherFitOfTheJvm() throws Exception {
    long least = LogBudget.DRIVER_BYTES + LogBudget.streamBytes(1, 64 * 1024);
    StreamIds poor = TestKeys.ids(5);
    try (AeronTransport other =
        AeronTransport.open(AeronConfig.on("127.0.0.1").withMemoryBudgetBytes(least), poor)) {
      Peer nobody = new Peer(6, 6, victim.endpoint());
      other.connect(List.of(nobody));
      try (ForgedPackets attacker = new ForgedPackets(other.endpoint())) {
        for (int i = 0; i < PACKETS; i++) {
          attacker.setup(poor.own(), poor.pathFrom(nobody) | (i & 0xff), TERM_BYTES);
        }
        awaitRefused(PACKETS);
      }

      assertThat(images()).as("a log of 3 MiB is more than the other may have").hasSize(2);
      other.poll(frame -> {});
      requireTheFitGoesOn();
    }
    requireTheFitGoesOn();
  }

  private Peer friendAsPeer() {
    return new Peer(1, 1, friend.endpoint());
  }

  private void requireTheFitGoesOn() {
    received.clear();
    victim.send(1, ByteBuffer.wrap(new byte[] {1}));
    friend.send(0, ByteBuffer.wrap(new byte[] {2}));
    Await.until(
        "frames both ways",
        () -> {
          victim.poll(frame -> received.add(frame.get()));
          friend.poll(frame -> received.add(frame.get()));
          return received.size() == 2;
        });
    assertThat(received).containsExactlyInAnyOrder((byte) 1, (byte) 2);
  }

  private void awaitRefused(long packets) {
    int counter = SystemCounterDescriptor.INVALID_PACKETS.id();
    Await.until(
        packets + " packets refused",
        () -> observer.countersReader().getCounterValue(counter) >= packets);
  }

  private List<Path> images() {
    try (Stream<Path> files = Files.list(lease.directory().resolve("images"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
