// SPDX-License-Identifier: Apache-2.0
/**
 * Whole frames from one worker to another.
 *
 * <p>{@link org.sparkstrom.sharing.transport.Transport} is the contract; {@link
 * org.sparkstrom.sharing.transport.InProcessTransport} fulfils it within one JVM, the subpackage
 * {@code aeron} between hosts. This package does not know what a frame means.
 */
package org.sparkstrom.sharing.transport;
