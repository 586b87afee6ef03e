// SPDX-License-Identifier: Apache-2.0
/**
 * Which threshold a block uses in which round.
 *
 * <p>{@link org.sparkstrom.sharing.threshold.ThresholdPolicy} is the configuration, {@link
 * org.sparkstrom.sharing.threshold.ThresholdController} what follows it. This package sees counts
 * only: no update, no payload, no peer.
 */
package org.sparkstrom.sharing.threshold;
