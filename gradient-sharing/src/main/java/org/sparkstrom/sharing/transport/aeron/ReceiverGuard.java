// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.exceptions.StorageSpaceException;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A receiving socket that ignores everybody but the peers of the transport behind it.
 *
 * <p>Aeron does not authenticate: a setup packet of anybody makes a plain driver allocate three
 * terms of the length that the packet claims, up to 3 GiB, and a data packet makes it answer and
 * remember. Here a packet must name a stream and a session that {@link StreamAdmission} knows.
 * Whoever reads the network knows them too; what he can cause is bounded: two logs a peer and four
 * more, and in all what the transport's budget leaves for logs.
 *
 * <p>Used by the driver's thread alone.
 */
final class ReceiverGuard extends ReceiveChannelEndpoint {
  private static final String REMEDY = "; give /dev/shm more room (docker: --shm-size)";

  private final StreamAdmission admission;
  private final NanoClock clock;
  private final AtomicCounter invalidPackets;
  private final Doorbell doorbell;

  ReceiverGuard(
      UdpChannel channel,
      DataPacketDispatcher dispatcher,
      AtomicCounter statusIndicator,
      MediaDriver.Context context,
      StreamAdmission admission,
      Doorbell doorbell) {
    super(channel, dispatcher, statusIndicator, context);
    this.admission = admission;
    this.doorbell = doorbell;
    this.clock = context.nanoClock();
    this.invalidPackets = context.systemCounters().get(SystemCounterDescriptor.INVALID_PACKETS);
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
    if (!super.isValidFrame(buffer, length)) {
      return false;
    }
    return PacketHeader.isWhole(buffer, length) || refuse();
  }

  @Override
  public int onDataPacket(
      DataHeaderFlyweight header,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress sender,
      int transportIndex) {
    AdmittedStream stream = admission.find(header.streamId()).orElse(null);
    if (stream == null || !stream.admits(header.sessionId())) {
      refuse();
      return 0;
    }
    int bytes = super.onDataPacket(header, buffer, length, sender, transportIndex);
    if (length > DataHeaderFlyweight.HEADER_LENGTH) { // no heartbeat
      stream.arrived();
    }
    return bytes;
  }

  @Override
  public void onRttMeasurement(
      RttMeasurementFlyweight header,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress sender,
      int transportIndex) {
    if (admission.admits(header.streamId(), header.sessionId())) {
      super.onRttMeasurement(header, buffer, length, sender, transportIndex);
    } else {
      refuse();
    }
  }

  @Override
  public void onSetupMessage(
      SetupFlyweight header,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress sender,
      int transportIndex) {
    AdmittedStream stream = admission.find(header.streamId()).orElse(null);
    if (stream == null || !stream.admits(header.sessionId()) || !isPlausible(header)) {
      refuse();
      return;
    }
    Optional<String> tooMuch = stream.tooMuch(LogBudget.logBytes(header.termLength()));
    if (tooMuch.isPresent()) {
      stream.refused(tooMuch.get(), now());
      refuse();
      return;
    }
    openImage(stream, header, buffer, length, sender, transportIndex);
  }

  private void openImage(
      AdmittedStream stream,
      SetupFlyweight header,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress sender,
      int transportIndex) {
    int before = stream.images();
    try {
      super.onSetupMessage(header, buffer, length, sender, transportIndex);
    } catch (StorageSpaceException e) {
      stream.refused(e.getMessage() + REMEDY, now());
      throw e;
    }
    if (stream.images() > before) {
      stream.accepted();
    }
  }

  /** What the driver itself would only find out by an exception, for which it would write a log. */
  private static boolean isPlausible(SetupFlyweight header) {
    int term = header.termLength();
    int mtu = header.mtuLength();
    int offset = header.termOffset();
    return term >= AeronConfig.MIN_TERM_LENGTH_BYTES
        && term <= AeronConfig.MAX_TERM_LENGTH_BYTES
        && Integer.bitCount(term) == 1
        && mtu > DataHeaderFlyweight.HEADER_LENGTH
        && mtu <= PacketLength.LOOPBACK_BYTES
        && mtu % FrameDescriptor.FRAME_ALIGNMENT == 0
        && offset >= 0
        && offset < term
        && offset % FrameDescriptor.FRAME_ALIGNMENT == 0
        && header.activeTermId() - header.initialTermId() >= 0;
  }

  private boolean refuse() {
    invalidPackets.increment();
    return false;
  }

  private long now() {
    return clock.nanoTime();
  }
}
