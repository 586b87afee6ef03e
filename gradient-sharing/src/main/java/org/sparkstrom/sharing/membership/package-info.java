// SPDX-License-Identifier: Apache-2.0
/**
 * Who takes part in a fit, and whether all of them are still there.
 *
 * <p>The driver opens a {@link org.sparkstrom.sharing.membership.Coordinator}; each worker connects
 * to it with a {@link org.sparkstrom.sharing.membership.CoordinatorClient}, joins, and gets the
 * {@link org.sparkstrom.sharing.membership.View} of all members. From then on both sides notice
 * within a deadline when the other is gone, and {@link
 * org.sparkstrom.sharing.membership.ViewChanges} lead the others to the next view. The control
 * connections carry no parameters and no updates; the package counts rounds and knows nothing of
 * frames or networks.
 */
package org.sparkstrom.sharing.membership;
