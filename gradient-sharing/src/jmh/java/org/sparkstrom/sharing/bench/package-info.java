// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks of the codec and the frames, each beside a limit that is measured in the same run.
 *
 * <p>{@code scripts/bench codec} starts {@link org.sparkstrom.sharing.bench.CodecBench}.
 */
package org.sparkstrom.sharing.bench;
