// SPDX-License-Identifier: Apache-2.0
/**
 * What a worker needs of memory and what Spark's settings leave for it.
 *
 * <p>Start at {@link org.sparkstrom.spark.memory.MemoryBudget}, which compares {@link
 * org.sparkstrom.spark.memory.ExecutorMemory} (what there is) with {@link
 * org.sparkstrom.spark.memory.MemoryNeed} (what a fit takes). Knows settings and sizes only: no
 * network, no wire, no native library.
 */
package org.sparkstrom.spark.memory;
