// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.security.Aead;

/**
 * Decides whether a received frame is for us and authentic, and decrypts its payload.
 *
 * <p>The bytes are untrusted: nothing is allocated, decrypted or believed before length, scope,
 * sender and round have been checked. A bad frame never throws; its verdict is counted. Each
 * sender's rounds are accepted once and in rising order, so a replayed frame is a stale one.
 *
 * <p>Not thread-safe.
 */
public final class FrameReader {
  private final FrameScope scope;
  private final long roundsAhead;
  private final FrameAddress address;
  private final Aead[] aeads;
  private final long[] lastRounds;
  private final FrameTally tally = new FrameTally();
  private final ByteBuffer header =
      ByteBuffer.allocate(FrameDescriptor.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private int sender;
  private long round;

  /**
   * Reads frames of several senders who can be one round ahead.
   *
   * @param scope what all frames must have in common
   * @param senderKeys the key of each sender by its rank
   */
  public FrameReader(FrameScope scope, Map<Integer, SecretKey> senderKeys) {
    this(scope, senderKeys, 1);
  }

  /**
   * Reads frames of several senders.
   *
   * @param scope what all frames must have in common
   * @param senderKeys the key of each sender by its rank
   * @param roundsAhead how many rounds a sender can be ahead of the one in progress here
   */
  public FrameReader(FrameScope scope, Map<Integer, SecretKey> senderKeys, int roundsAhead) {
    this(scope, senderKeys, roundsAhead, FrameAddress.ALL);
  }

  /**
   * Reads frames of several senders, of which not all need be meant for us.
   *
   * @param scope what all frames must have in common
   * @param senderKeys the key of each sender by its rank
   * @param roundsAhead how many rounds a sender can be ahead of the one in progress here
   * @param address tells which rounds of a sender are for us
   */
  public FrameReader(
      FrameScope scope,
      Map<Integer, SecretKey> senderKeys,
      long roundsAhead,
      FrameAddress address) {
    this.scope = Objects.requireNonNull(scope, "scope");
    this.address = Objects.requireNonNull(address, "address");
    this.roundsAhead = roundsAhead;
    int ranks = senderKeys.keySet().stream().mapToInt(rank -> rank + 1).max().orElse(0);
    this.aeads = new Aead[ranks];
    this.lastRounds = new long[ranks];
    Arrays.fill(lastRounds, Long.MIN_VALUE);
    senderKeys.forEach((rank, key) -> aeads[rank] = new Aead(key));
  }

  /**
   * Reads the frame between position and limit. If it is accepted, {@link #sender()} and {@link
   * #round()} tell whose it is, and the sink's buffer holds the payload up to its position.
   *
   * @param frame untrusted bytes; position and limit stay as they are
   * @param currentRound the round in progress; those that a sender can be ahead are accepted, too
   * @param sink asked for memory if all checks but the authentication have passed
   */
  public FrameVerdict read(ByteBuffer frame, long currentRound, PayloadSink sink) {
    FrameVerdict verdict = judge(frame, currentRound, sink);
    tally.add(verdict);
    return verdict;
  }

  /** Rank of the sender of the last accepted frame. */
  public int sender() {
    return sender;
  }

  /** Round of the last accepted frame. */
  public long round() {
    return round;
  }

  /** Frames read so far by verdict; live. */
  public FrameTally tally() {
    return tally;
  }

  /** True if the frame says that it belongs to the reader's view; nothing of it is checked. */
  public boolean isOfView(ByteBuffer frame) {
    return frame.remaining() >= FrameDescriptor.HEADER_BYTES
        && FrameDescriptor.intAt(frame, FrameDescriptor.VIEW_OFFSET) == scope.view();
  }

  private FrameVerdict judge(ByteBuffer frame, long currentRound, PayloadSink sink) {
    int start = frame.position();
    int payloadBytes = frame.remaining() - FrameDescriptor.HEADER_BYTES - Aead.TAG_BYTES;
    if (payloadBytes < 0) {
      return FrameVerdict.TOO_SHORT;
    }
    header.put(0, frame, start, FrameDescriptor.HEADER_BYTES);
    FrameVerdict verdict = judgeHeader(currentRound);
    if (verdict != FrameVerdict.ACCEPTED) {
      return verdict;
    }
    if (header.getInt(FrameDescriptor.PAYLOAD_LENGTH_OFFSET) != payloadBytes
        || payloadBytes > scope.layout().maxPayloadBytes()) {
      return FrameVerdict.WRONG_LENGTH;
    }
    int from = header.getInt(FrameDescriptor.SENDER_OFFSET);
    long sentRound = header.getLong(FrameDescriptor.ROUND_OFFSET);
    ByteBuffer payload = sink.buffer(from, sentRound, payloadBytes);
    frame.position(start + FrameDescriptor.HEADER_BYTES);
    boolean authentic = aeads[from].open(scope.view(), sentRound, header, frame, payload);
    frame.position(start);
    if (!authentic) {
      return FrameVerdict.NOT_AUTHENTIC;
    }
    sender = from;
    round = sentRound;
    lastRounds[from] = sentRound;
    return FrameVerdict.ACCEPTED;
  }

  private FrameVerdict judgeHeader(long currentRound) {
    if (header.getInt(FrameDescriptor.MAGIC_OFFSET) != FrameDescriptor.MAGIC) {
      return FrameVerdict.NOT_A_FRAME;
    }
    if (header.getShort(FrameDescriptor.VERSION_OFFSET) != FrameDescriptor.VERSION) {
      return FrameVerdict.OTHER_VERSION;
    }
    if (header.getLong(FrameDescriptor.SESSION_OFFSET) != scope.sessionId()) {
      return FrameVerdict.OTHER_SESSION;
    }
    if (header.getInt(FrameDescriptor.VIEW_OFFSET) != scope.view()) {
      return FrameVerdict.OTHER_VIEW;
    }
    int from = header.getInt(FrameDescriptor.SENDER_OFFSET);
    if (from < 0 || from >= aeads.length || aeads[from] == null) {
      return FrameVerdict.UNKNOWN_SENDER;
    }
    if (header.getLong(FrameDescriptor.FINGERPRINT_OFFSET) != scope.modelFingerprint()
        || header.getShort(FrameDescriptor.QUANTIZER_OFFSET) != scope.quantizer().code()
        || header.getInt(FrameDescriptor.BLOCK_COUNT_OFFSET) != scope.layout().blockCount()) {
      return FrameVerdict.OTHER_MODEL;
    }
    long sentRound = header.getLong(FrameDescriptor.ROUND_OFFSET);
    if (sentRound < currentRound || sentRound <= lastRounds[from]) {
      return FrameVerdict.STALE_ROUND;
    }
    if (sentRound > currentRound + roundsAhead) {
      return FrameVerdict.FUTURE_ROUND;
    }
    return address.isOurs(from, sentRound) ? FrameVerdict.ACCEPTED : FrameVerdict.OTHER_RECEIVER;
  }
}
