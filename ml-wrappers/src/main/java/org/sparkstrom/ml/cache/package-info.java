// SPDX-License-Identifier: Apache-2.0
/**
 * Runs of pipelines that fit only what changed since an earlier run. {@link
 * org.sparkstrom.ml.cache.RunCache} is the way in; an {@code InputFingerprint} tells whether the
 * rows are the same, {@code StageIdentity} whether a stage is, {@code EntryStore} keeps fitted
 * models and rows under the hash of both, and {@code PipelineRun} goes through the stages. Knows no
 * particular stage.
 */
package org.sparkstrom.ml.cache;
