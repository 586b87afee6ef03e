// SPDX-License-Identifier: Apache-2.0
/**
 * Updates as bytes: thresholds, residual, multiplicities, and the formats of a payload.
 *
 * <p>Start at {@link org.sparkstrom.sharing.codec.ThresholdQuantizer}; the byte layouts stand in
 * docs/WIRE_FORMAT.md. This package knows no frame, key, peer or round, and does not choose
 * thresholds.
 */
package org.sparkstrom.sharing.codec;
