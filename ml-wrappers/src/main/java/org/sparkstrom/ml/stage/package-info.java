// SPDX-License-Identifier: Apache-2.0
/**
 * What a stage of a pipeline is set to, for all who must tell whether two stages would be fitted
 * alike: {@link org.sparkstrom.ml.stage.StageSettings}, and what is inside it: {@link
 * org.sparkstrom.ml.stage.InnerStages}. Knows no particular stage of this library.
 */
package org.sparkstrom.ml.stage;
