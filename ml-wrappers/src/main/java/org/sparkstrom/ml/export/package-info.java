// SPDX-License-Identifier: Apache-2.0
/**
 * Fitted pipelines as files that travel: {@link org.sparkstrom.ml.export.PipelineArchive}, one zip
 * with a record of what the pipeline was fitted on and how, and {@link
 * org.sparkstrom.ml.export.MlflowFolder}, a model folder of MLflow. Knows no particular stage.
 */
package org.sparkstrom.ml.export;
