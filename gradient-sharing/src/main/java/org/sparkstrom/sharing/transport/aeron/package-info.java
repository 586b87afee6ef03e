// SPDX-License-Identifier: Apache-2.0
/**
 * Carries frames between JVMs over UDP with Aeron.
 *
 * <p>The entry class is {@link org.sparkstrom.sharing.transport.aeron.AeronTransport}. All
 * transports of one JVM share one embedded media driver, which {@link
 * org.sparkstrom.sharing.transport.aeron.MediaDriverLease} counts the users of. This is the only
 * package that sees Aeron. It treats every packet as untrusted, but leaves authentication to those
 * who read the frames.
 */
package org.sparkstrom.sharing.transport.aeron;
