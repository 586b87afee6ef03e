// SPDX-License-Identifier: Apache-2.0
/**
 * What the ways of sharing updates cost in a fit, and which of them is worth its price.
 *
 * <p>{@link org.sparkstrom.sharing.cost.CostModel} compares {@link
 * org.sparkstrom.sharing.cost.SharingCosts} and makes a {@link
 * org.sparkstrom.sharing.cost.ModeChoice}. This package measures nothing: no clock, no payload, no
 * peer.
 */
package org.sparkstrom.sharing.cost;
