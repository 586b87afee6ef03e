// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A sending socket that ignores answers that are cut short.
 *
 * <p>The socket is connected, so the system passes on only what names the peer's address and port,
 * and Aeron looks up stream and session, which have to be guessed.
 */
final class SenderGuard extends SendChannelEndpoint {

  private final Doorbell doorbell;

  SenderGuard(
      UdpChannel channel,
      AtomicCounter statusIndicator,
      MediaDriver.Context context,
      Doorbell doorbell) {
    super(channel, statusIndicator, context);
    this.doorbell = doorbell;
  }

  @Override
  public void openDatagramChannel(AtomicCounter statusIndicator) {
    super.openDatagramChannel(statusIndicator);
    doorbell.watch(receiveDatagramChannel);
  }

  @Override
  public void close() {
    super.close();
    doorbell.release();
  }

  @Override
  public boolean isValidFrame(UnsafeBuffer buffer, int length) {
    return super.isValidFrame(buffer, length) && PacketHeader.isWhole(buffer, length);
  }
}
