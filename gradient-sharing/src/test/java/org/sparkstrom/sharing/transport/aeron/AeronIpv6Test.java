// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.TransportContract;

class AeronIpv6Test extends TransportContract {
  private static final int MAX_FRAME_BYTES = 8 << 20;
  private static final String LOOPBACK = "::1";

  @BeforeEach
  void requireIpv6() {
    assumeTrue(
        LocalAddress.isLocal(LocalAddress.resolve(LOOPBACK)), "this machine has no address ::1");
  }

  @Override
  protected Transport open(int rank, long salt) {
    return AeronTransport.open(
        AeronConfig.on(LOOPBACK).withMaxFrameBytes(MAX_FRAME_BYTES),
        new StreamIds(TestKeys.KEYS, rank, salt));
  }

  @Override
  protected int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Test
  void writesItsEndpointWithBrackets() {
    try (Transport transport = open(0, 0)) {
      assertThat(transport.endpoint().host()).isEqualTo("::1");
      assertThat(transport.endpoint()).hasToString("[::1]:" + transport.endpoint().port());
    }
  }
}
