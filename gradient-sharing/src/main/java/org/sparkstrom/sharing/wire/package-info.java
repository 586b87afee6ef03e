// SPDX-License-Identifier: Apache-2.0
/**
 * Frames: an encoded update with a header that says whose it is and for which round, sealed.
 *
 * <p>Start at {@link org.sparkstrom.sharing.wire.FrameWriter} and {@link
 * org.sparkstrom.sharing.wire.FrameReader}; the layout is {@code FrameDescriptor}'s and stands in
 * docs/WIRE_FORMAT.md. A snapshot for a joiner travels in frames of another kind, {@link
 * org.sparkstrom.sharing.wire.SnapshotWriter}. This package does not look into payloads and knows
 * no transport.
 */
package org.sparkstrom.sharing.wire;
