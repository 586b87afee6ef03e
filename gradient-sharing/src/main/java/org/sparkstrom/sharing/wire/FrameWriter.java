// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.security.Aead;

/**
 * Seals one worker's payloads into frames.
 *
 * <p>The nonce is made of view and round, so each round is written once only. Not thread-safe.
 */
public final class FrameWriter {
  private final FrameScope scope;
  private final Aead aead;
  private final ByteBuffer header;
  private ByteBuffer frame = ByteBuffer.allocate(0);

  /**
   * Writes frames of one sender.
   *
   * @param scope what the frames have in common
   * @param sender rank of the sender
   * @param key the sender's own key
   */
  public FrameWriter(FrameScope scope, int sender, SecretKey key) {
    this.scope = Objects.requireNonNull(scope, "scope");
    this.aead = new Aead(key);
    this.header =
        ByteBuffer.allocate(FrameDescriptor.HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(FrameDescriptor.MAGIC_OFFSET, FrameDescriptor.MAGIC)
            .putShort(FrameDescriptor.VERSION_OFFSET, FrameDescriptor.VERSION)
            .putShort(FrameDescriptor.QUANTIZER_OFFSET, (short) scope.quantizer().code())
            .putLong(FrameDescriptor.SESSION_OFFSET, scope.sessionId())
            .putInt(FrameDescriptor.VIEW_OFFSET, scope.view())
            .putInt(FrameDescriptor.SENDER_OFFSET, sender)
            .putLong(FrameDescriptor.FINGERPRINT_OFFSET, scope.modelFingerprint())
            .putInt(FrameDescriptor.BLOCK_COUNT_OFFSET, scope.layout().blockCount());
  }

  /**
   * Makes a frame of the payload between position and limit, which is consumed.
   *
   * @param round greater than that of all frames before
   * @return the frame from position to limit; this writer owns it and overwrites it next time
   */
  public ByteBuffer write(long round, ByteBuffer payload) {
    int payloadBytes = payload.remaining();
    int frameBytes = FrameDescriptor.HEADER_BYTES + payloadBytes + Aead.TAG_BYTES;
    if (frame.capacity() < frameBytes) {
      frame = ByteBuffer.allocate(Math.max(frameBytes, 2 * frame.capacity()));
    }
    header.putLong(FrameDescriptor.ROUND_OFFSET, round);
    header.putInt(FrameDescriptor.PAYLOAD_LENGTH_OFFSET, payloadBytes);
    frame.clear();
    frame.put(header).position(FrameDescriptor.HEADER_BYTES);
    header.rewind();
    aead.seal(scope.view(), round, header, payload, frame);
    return frame.flip();
  }
}
