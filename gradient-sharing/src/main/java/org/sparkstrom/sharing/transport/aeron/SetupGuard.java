// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A receiving socket that ignores streams with longer terms than we ever use.
 *
 * <p>The setup packet that opens a stream is not authenticated and says how long its log is; the
 * driver allocates three such terms, 3 GiB at most. Without a limit one packet from anybody could
 * fill /dev/shm.
 */
final class SetupGuard extends ReceiveChannelEndpoint {

  SetupGuard(
      UdpChannel channel,
      DataPacketDispatcher dispatcher,
      AtomicCounter statusIndicator,
      MediaDriver.Context context) {
    super(channel, dispatcher, statusIndicator, context);
  }

  @Override
  public void onSetupMessage(
      SetupFlyweight header,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress sender,
      int transportIndex) {
    if (header.termLength() <= AeronConfig.MAX_TERM_LENGTH_BYTES) {
      super.onSetupMessage(header, buffer, length, sender, transportIndex);
    }
  }
}
