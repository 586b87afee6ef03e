// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.io.Serializable;

/** How the thresholds of a fit are chosen: configuration, the same on all workers. */
public sealed interface ThresholdPolicy extends Serializable permits FixedThreshold, TargetDensity {

  /** The exponent of every block's threshold in the first round. */
  int initialExponent();
}
