// SPDX-License-Identifier: Apache-2.0
/**
 * What a stage of a pipeline is set to, for all who must tell whether two stages would be fitted
 * alike: {@link org.sparkstrom.ml.stage.StageSettings}. Knows no particular stage.
 */
package org.sparkstrom.ml.stage;
