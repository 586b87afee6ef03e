// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.wire.FrameReader;
import org.sparkstrom.sharing.wire.FrameScope;
import org.sparkstrom.sharing.wire.FrameVerdict;
import org.sparkstrom.sharing.wire.FrameWriter;

/**
 * Frames that are forged, damaged, replayed, of another session, view or sender, or authentic with
 * a payload that lies. Each is counted, and only authentic ones of the round reach the decoder.
 */
@Timeout(value = 280, unit = TimeUnit.SECONDS)
class HostileFrameTest {
  private static final int SENDER = 1;
  private static final FrameScope SCOPE =
      new FrameScope(77, 3, 5, Quantizer.THRESHOLD, HostilePayloadTest.LAYOUT);

  /** What the JDK's cipher allocates for a frame, which is copied a few times, and an exception. */
  private static final long MAX_BYTES_PER_FRAME = 16 * 1024;

  private final FitSecret secret = FitSecret.random(new SecureRandom());
  private final SecretKey key = new SessionKeys(secret, 77).frameKey(SENDER, 1000);
  private final FrameWriter honest = new FrameWriter(SCOPE, SENDER, key);
  private final FrameWriter forger =
      new FrameWriter(SCOPE, SENDER, new SessionKeys(secret, 77).frameKey(SENDER, 1001));
  private final FrameWriter otherSession =
      new FrameWriter(
          new FrameScope(78, 3, 5, Quantizer.THRESHOLD, HostilePayloadTest.LAYOUT), SENDER, key);
  private final FrameWriter otherView =
      new FrameWriter(
          new FrameScope(77, 2, 5, Quantizer.THRESHOLD, HostilePayloadTest.LAYOUT), SENDER, key);
  private final FrameWriter stranger = new FrameWriter(SCOPE, 2, key);
  private final FrameWriter hasty = new FrameWriter(SCOPE, SENDER, key);
  private final ByteBuffer recording = ByteBuffer.allocate(2 * SCOPE.layout().maxPayloadBytes());
  private final FrameReader reader = new FrameReader(SCOPE, Map.of(SENDER, key));
  private final ByteBuffer opened =
      ByteBuffer.allocate(SCOPE.layout().maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void aFewFramesAreCountedAndRefused() {
    feed(20_000, new Random().nextLong());
  }

  @Test
  @Tag("slow")
  void twoMillionFramesAreCountedAndRefused() {
    feed(2_000_000, new Random().nextLong());
  }

  private void feed(int count, long seed) {
    Random random = new Random(seed);
    Mutator mutator = HostilePayloadTest.mutator(Quantizer.THRESHOLD, random);
    RoundCodec codec =
        RoundCodec.of(
            HostilePayloadTest.config(Quantizer.THRESHOLD),
            SCOPE.layout(),
            2,
            new RoundStopwatch(System::nanoTime));
    float[] zeros = new float[SCOPE.layout().parameterCount()];
    float[] aggregate = zeros.clone();
    ByteBuffer own = ByteBuffer.allocate(SCOPE.layout().maxPayloadBytes());
    AllocationMeter meter = new AllocationMeter();
    long refused = 0;
    long corrupt = 0;
    recorded(honest.write(0, mutator.original()));
    for (int run = 0; run < count; run++) {
      long round = run + 1L;
      Kind kind = Kind.ALL.get(random.nextInt(Kind.ALL.size()));
      ByteBuffer frame = frame(kind, round, mutator, random);
      codec.encode(zeros, own.clear());
      meter.start();
      FrameVerdict verdict = reader.read(frame, round, (from, of, bytes) -> opened.clear());
      boolean accepted = verdict == FrameVerdict.ACCEPTED;
      boolean added = accepted && HostilePayloadTest.adds(codec, opened.flip());
      meter.requireAtMost(MAX_BYTES_PER_FRAME);
      refused += accepted ? 0 : 1;
      corrupt += accepted && !added ? 1 : 0;
      codec.takeAggregate(aggregate);
      if (!kind.allows(verdict)
          || !(added || HostilePayloadTest.isZero(aggregate))
          || reader.tally().rejected() != refused) {
        throw new AssertionError(
            "seed %d, run %d: %s was %s, sums untouched: %s, tally: %s"
                .formatted(
                    seed,
                    run,
                    kind,
                    verdict,
                    HostilePayloadTest.isZero(aggregate),
                    reader.tally().describeRejected()));
      }
    }
    Figures.note(
        "frames, seed %d: %d of %d refused (%s), %d more held a corrupt payload, %s"
            .formatted(seed, refused, count, reader.tally().describeRejected(), corrupt, meter));
    assertThat(refused + corrupt).as("seed %d", seed).isGreaterThan(count / 2);
  }

  private ByteBuffer frame(Kind kind, long round, Mutator mutator, Random random) {
    return switch (kind) {
      case LYING -> recorded(honest.write(round, mutator.next()));
      case DAMAGED -> damaged(recorded(honest.write(round, mutator.original())), random);
      case CUT -> cut(recorded(honest.write(round, mutator.original())), random);
      case FORGED -> forger.write(round, mutator.original());
      case REPLAYED -> recording.duplicate();
      case OF_ANOTHER_SESSION -> otherSession.write(round, mutator.original());
      case OF_ANOTHER_VIEW -> otherView.write(round, mutator.original());
      case OF_A_STRANGER -> stranger.write(round, mutator.original());
      case FROM_THE_FUTURE -> hasty.write(2 * round + 2, mutator.original());
    };
  }

  /** What somebody on the path can send again. */
  private ByteBuffer recorded(ByteBuffer frame) {
    recording.clear().put(frame.duplicate()).flip();
    return frame;
  }

  private static ByteBuffer damaged(ByteBuffer frame, Random random) {
    int at = random.nextInt(frame.limit());
    return frame.put(at, (byte) (frame.get(at) ^ (1 << random.nextInt(8))));
  }

  private static ByteBuffer cut(ByteBuffer frame, Random random) {
    return frame.limit(random.nextInt(frame.limit()));
  }

  /** How a frame is bad, and what may become of it. */
  private enum Kind {
    LYING,
    DAMAGED,
    CUT,
    FORGED,
    REPLAYED,
    OF_ANOTHER_SESSION,
    OF_ANOTHER_VIEW,
    OF_A_STRANGER,
    FROM_THE_FUTURE;

    static final List<Kind> ALL = List.of(values());

    boolean allows(FrameVerdict verdict) {
      return switch (this) {
        case LYING -> verdict == FrameVerdict.ACCEPTED || verdict == FrameVerdict.WRONG_LENGTH;
        case DAMAGED -> verdict != FrameVerdict.ACCEPTED;
        case CUT -> verdict == FrameVerdict.TOO_SHORT || verdict == FrameVerdict.WRONG_LENGTH;
        case FORGED -> verdict == FrameVerdict.NOT_AUTHENTIC;
        case REPLAYED -> verdict == FrameVerdict.STALE_ROUND;
        case OF_ANOTHER_SESSION -> verdict == FrameVerdict.OTHER_SESSION;
        case OF_ANOTHER_VIEW -> verdict == FrameVerdict.OTHER_VIEW;
        case OF_A_STRANGER -> verdict == FrameVerdict.UNKNOWN_SENDER;
        case FROM_THE_FUTURE -> verdict == FrameVerdict.FUTURE_ROUND;
      };
    }
  }
}
