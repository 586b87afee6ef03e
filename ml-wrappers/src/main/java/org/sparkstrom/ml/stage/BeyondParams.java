// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.stage;

import java.util.Optional;

/**
 * A stage that can be given something beside its Params that changes what it fits and that saving
 * does not keep. Who compares stages by what they are set to must ask, also those inside of them
 * ({@link InnerStages}).
 */
public interface BeyondParams {

  /** What it was given, in words; empty if its Params tell all. */
  Optional<String> beyondParams();
}
