// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.util.Objects;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;

/**
 * What all frames of one exchange have in common; a frame that differs is not for us.
 *
 * @param sessionId the fit
 * @param view number of the membership view
 * @param modelFingerprint stands for the network's configuration
 * @param quantizer the form of the payloads
 * @param layout bounds the number of blocks and the payload's length
 */
public record FrameScope(
    long sessionId, int view, long modelFingerprint, Quantizer quantizer, BlockLayout layout) {

  public FrameScope {
    Objects.requireNonNull(quantizer, "quantizer");
    Objects.requireNonNull(layout, "layout");
  }
}
