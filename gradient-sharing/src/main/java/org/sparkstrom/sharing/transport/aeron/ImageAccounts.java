// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.driver.CongestionControl;
import io.aeron.driver.CongestionControlSupplier;
import io.aeron.driver.StaticWindowCongestionControl;

/**
 * Keeps account of the logs that the driver allocates for senders.
 *
 * <p>Aeron makes a window for each such log and closes it with the log; no other hook of its driver
 * says whose log it is and when it is gone.
 */
final class ImageAccounts {
  /** Owns the log of a stream whose transport has just closed. */
  private static final int NO_STREAM = 0;

  private ImageAccounts() {}

  /** Aeron's usual windows, which tell the streams of that table of their logs. */
  static CongestionControlSupplier keptIn(StreamAdmission admission) {
    return (id, channel, stream, session, term, mtu, control, source, clock, driver, counters) -> {
      AdmittedStream owner =
          admission.find(stream).orElseGet(() -> new AdmittedStream(NO_STREAM, 0));
      long logBytes = LogBudget.logBytes(term);
      CongestionControl window =
          new StaticWindowCongestionControl(
              id, channel, stream, session, term, mtu, control, source, clock, driver, counters) {
            @Override
            public void close() {
              owner.imageClosed(session, logBytes);
              super.close();
            }
          };
      owner.imageOpened(session, logBytes);
      return window;
    };
  }
}
