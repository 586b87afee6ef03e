// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.time.Duration;
import java.util.Objects;

/**
 * How one Aeron transport is opened.
 *
 * @param host address of this machine that peers can reach, as the executor advertises it
 * @param port UDP port to receive on; 0 takes a free one
 * @param maxFrameBytes longest frame that is sent or accepted
 * @param openTimeout how long opening may take until the port is bound
 * @param termLengthBytes length of one of the three terms of each stream's log, a power of two;
 *     smaller ones are used where the driver's directory has too little room
 */
public record AeronConfig(
    String host, int port, int maxFrameBytes, Duration openTimeout, int termLengthBytes) {

  /** Smallest term that Aeron allows. */
  public static final int MIN_TERM_LENGTH_BYTES = 64 * 1024;

  /** Largest term that our driver accepts, from us and from peers. */
  public static final int MAX_TERM_LENGTH_BYTES = 1024 * 1024;

  private static final int DEFAULT_MAX_FRAME_BYTES = 512 * 1024 * 1024;

  public AeronConfig {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(openTimeout, "openTimeout");
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must be an address of this machine, but is empty");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be in [0, 65535], but is " + port);
    }
    if (maxFrameBytes < 1) {
      throw new IllegalArgumentException("maxFrameBytes must be >= 1, but is " + maxFrameBytes);
    }
    if (openTimeout.isNegative() || openTimeout.isZero()) {
      throw new IllegalArgumentException("openTimeout must be positive, but is " + openTimeout);
    }
    if (termLengthBytes < MIN_TERM_LENGTH_BYTES
        || termLengthBytes > MAX_TERM_LENGTH_BYTES
        || Integer.bitCount(termLengthBytes) != 1) {
      throw new IllegalArgumentException(
          "termLengthBytes must be a power of two in ["
              + MIN_TERM_LENGTH_BYTES
              + ", "
              + MAX_TERM_LENGTH_BYTES
              + "], but is "
              + termLengthBytes);
    }
  }

  /** The usual settings on that address: a free port, terms of 1 MiB, frames up to 512 MiB. */
  public static AeronConfig on(String host) {
    return new AeronConfig(
        host, 0, DEFAULT_MAX_FRAME_BYTES, Duration.ofSeconds(15), MAX_TERM_LENGTH_BYTES);
  }

  /** The same with another limit on the length of a frame. */
  public AeronConfig withMaxFrameBytes(int bytes) {
    return new AeronConfig(host, port, bytes, openTimeout, termLengthBytes);
  }

  /** The same on a fixed port, for networks where only some ports are open. */
  public AeronConfig withPort(int fixed) {
    return new AeronConfig(host, fixed, maxFrameBytes, openTimeout, termLengthBytes);
  }
}
