// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.protocol.HeaderFlyweight;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketHeaderTest {

  @BeforeAll
  static void openModules() {
    JdkModules.openForAeron();
  }

  @ParameterizedTest(name = "type {0} of {1} bytes")
  @CsvSource({
    "0x05, 40, true",
    "0x05, 39, false",
    "0x06, 40, true",
    "0x06, 39, false",
    "0x02, 28, true",
    "0x02, 27, false",
    "0x03, 36, true",
    "0x03, 35, false",
    "0x04, 40, true",
    "0x04, 39, false",
    "0x07, 100, false",
    "0x0B, 100, false",
    "0xFFFF, 100, false"
  })
  void aHeaderMustBeWholeAndOfAKindThatWeUse(String type, int length, boolean whole) {
    UnsafeBuffer packet = new UnsafeBuffer(new byte[128]);
    packet.putShort(6, (short) (int) Integer.decode(type), ByteOrder.LITTLE_ENDIAN);

    assertThat(PacketHeader.isWhole(packet, length)).isEqualTo(whole);
  }

  @ParameterizedTest(name = "frame of {0} in {1} bytes")
  @CsvSource({
    "0, 32, true",
    "0, 64, false",
    "33, 64, true",
    "64, 64, true",
    "65, 64, false",
    "31, 64, false",
    "-1, 64, false",
    "32, 31, false",
    "2147483647, 64, false"
  })
  void aDataPacketMustHoldItsFrames(int frameLength, int length, boolean whole) {
    UnsafeBuffer packet = new UnsafeBuffer(new byte[128]);
    frame(packet, 0, frameLength, HeaderFlyweight.HDR_TYPE_DATA);

    assertThat(PacketHeader.isWhole(packet, length)).isEqualTo(whole);
  }

  @ParameterizedTest(name = "padding of {0} in {1} bytes")
  @CsvSource({"4096, 96, true", "32, 96, true", "4096, 95, false", "31, 96, false"})
  void ofPaddingOnlyTheHeaderTravels(int paddingLength, int length, boolean whole) {
    UnsafeBuffer packet = new UnsafeBuffer(new byte[128]);
    frame(packet, 0, 60, HeaderFlyweight.HDR_TYPE_DATA);
    frame(packet, 64, paddingLength, HeaderFlyweight.HDR_TYPE_PAD);

    assertThat(PacketHeader.isWhole(packet, length)).isEqualTo(whole);
  }

  private static void frame(UnsafeBuffer packet, int offset, int length, int type) {
    packet.putInt(offset, length, ByteOrder.LITTLE_ENDIAN);
    packet.putShort(offset + 6, (short) type, ByteOrder.LITTLE_ENDIAN);
  }
}
