// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.ErrorFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Whether a packet has the bytes that it says it has.
 *
 * <p>Aeron reads a header without looking whether the packet had all of it. The buffer still holds
 * the packet before, so a packet of 8 bytes would be taken to speak with the other's numbers.
 */
final class PacketHeader {
  private PacketHeader() {}

  /** True if the packet has all bytes of the header that its type calls for. */
  static boolean isWhole(UnsafeBuffer buffer, int length) {
    return switch (FrameDescriptor.frameType(buffer, 0)) {
      case HeaderFlyweight.HDR_TYPE_DATA, HeaderFlyweight.HDR_TYPE_PAD ->
          hasWholeFrames(buffer, length);
      case HeaderFlyweight.HDR_TYPE_SETUP -> length >= SetupFlyweight.HEADER_LENGTH;
      case HeaderFlyweight.HDR_TYPE_RTTM -> length >= RttMeasurementFlyweight.HEADER_LENGTH;
      case HeaderFlyweight.HDR_TYPE_NAK -> length >= NakFlyweight.HEADER_LENGTH;
      case HeaderFlyweight.HDR_TYPE_SM -> length >= StatusMessageFlyweight.HEADER_LENGTH;
      case HeaderFlyweight.HDR_TYPE_ERR -> length >= ErrorFlyweight.HEADER_LENGTH;
      default -> false;
    };
  }

  /** A packet is Aeron frames without a gap; of a padding frame only the header travels. */
  private static boolean hasWholeFrames(UnsafeBuffer buffer, int length) {
    int header = DataHeaderFlyweight.HEADER_LENGTH;
    int offset = 0;
    while (length - offset >= header) {
      int frameLength = FrameDescriptor.frameLength(buffer, offset);
      if (frameLength == 0) {
        return length == header; // a heartbeat
      }
      boolean isPadding = FrameDescriptor.frameType(buffer, offset) == HeaderFlyweight.HDR_TYPE_PAD;
      if (frameLength < header || (!isPadding && frameLength > length - offset)) {
        return false;
      }
      offset += isPadding ? header : BitUtil.align(frameLength, FrameDescriptor.FRAME_ALIGNMENT);
    }
    return offset == length;
  }
}
