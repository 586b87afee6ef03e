// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.Subscription;
import java.net.InetAddress;
import org.sparkstrom.sharing.transport.Transport.Endpoint;

/**
 * The UDP port on which one transport receives.
 *
 * @param subscription what arrives there
 * @param number the port
 */
record ReceivingPort(Subscription subscription, int number) {

  /**
   * Opens the first port of the configured ones that is free.
   *
   * @throws IllegalStateException if none is; the message tells what to do
   */
  static ReceivingPort open(
      AeronClient client, InetAddress address, AeronConfig config, int streamId) {
    RuntimeException last = null;
    for (int port = config.ports().first(); port <= config.ports().last(); port++) {
      try {
        Subscription subscription = client.subscribe(address, port, streamId);
        return new ReceivingPort(
            subscription, client.awaitPort(subscription, config.openTimeout()));
      } catch (RuntimeException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      }
    }
    Endpoint first = new Endpoint(LocalAddress.text(address), config.ports().first());
    throw new IllegalStateException(
        "cannot receive on UDP "
            + first
            + (config.ports().first() == config.ports().last()
                ? ""
                : " to " + config.ports().last())
            + "; is the port in use? See who has it (ss -ulpn), or give a wider range of ports: "
            + (last == null ? "no port" : last.getMessage()),
        last);
  }
}
