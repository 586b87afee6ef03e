// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.cost;

import java.io.Serializable;

/**
 * What a round costs beside the computing of the update, in one form of payloads.
 *
 * @param codecNs the update encoded, and all payloads decoded and added
 * @param linkNs frames sealed, sent, awaited and opened
 * @param payloadBytes length of one worker's payload, which goes to every peer
 */
public record RoundCost(long codecNs, long linkNs, long payloadBytes) implements Serializable {

  public RoundCost {
    if (codecNs < 0 || linkNs < 0 || payloadBytes < 0) {
      throw new IllegalArgumentException(
          "the costs of a round must be at least 0, but are %d ns, %d ns and %d bytes"
              .formatted(codecNs, linkNs, payloadBytes));
    }
  }

  /** Time that the exchange adds to a round. */
  public long exchangeNs() {
    return codecNs + linkNs;
  }
}
