// SPDX-License-Identifier: Apache-2.0
/**
 * The comparison behind {@code scripts/bench datavec}: entry class {@link
 * org.sparkstrom.datavec.bench.Preparation}. Not part of what is shipped.
 */
package org.sparkstrom.datavec.bench;
