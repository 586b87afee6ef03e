// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How one Aeron transport is opened.
 *
 * <p>The budget decides how long the terms of the streams' logs are. With terms of T bytes and P
 * peers a worker takes 13 MiB + 2 * P * (3 * T + 4 KiB) of /dev/shm, and T is the largest power of
 * two from 64 KiB to 1 MiB with which that stays within the budget. The usual 64 MiB give terms of
 * 1 MiB for up to 8 peers and of 128 KiB for 63; 133 peers are the most. The log of a peer that was
 * lost stays for up to a minute and counts: three peers leave room for thirteen lost ones.
 *
 * @param host address of this machine that peers can reach, as the executor advertises it
 * @param networkInterface the interface to use instead of the host's: its name, one of its
 *     addresses, or a network as {@code 10.1.0.0/16}
 * @param ports UDP ports of which the first free one receives
 * @param maxFrameBytes longest frame that is sent or accepted
 * @param openTimeout how long opening may take until the port is bound
 * @param memoryBudgetBytes most that the files of the media driver take of /dev/shm for this
 *     transport
 */
public record AeronConfig(
    String host,
    Optional<String> networkInterface,
    PortRange ports,
    int maxFrameBytes,
    Duration openTimeout,
    long memoryBudgetBytes) {

  /** Smallest term that Aeron allows. */
  public static final int MIN_TERM_LENGTH_BYTES = 64 * 1024;

  /** Largest term that our driver accepts, from us and from peers. */
  public static final int MAX_TERM_LENGTH_BYTES = 1024 * 1024;

  /** The size of /dev/shm in a container that does not ask for more. */
  public static final long DEFAULT_MEMORY_BUDGET_BYTES = 64L << 20;

  private static final int DEFAULT_MAX_FRAME_BYTES = 512 * 1024 * 1024;

  public AeronConfig {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(networkInterface, "networkInterface");
    Objects.requireNonNull(ports, "ports");
    Objects.requireNonNull(openTimeout, "openTimeout");
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must be an address of this machine, but is empty");
    }
    if (networkInterface.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "networkInterface must be a name, an address or a network, but is empty");
    }
    if (maxFrameBytes < 1) {
      throw new IllegalArgumentException("maxFrameBytes must be >= 1, but is " + maxFrameBytes);
    }
    if (openTimeout.isNegative() || openTimeout.isZero()) {
      throw new IllegalArgumentException("openTimeout must be positive, but is " + openTimeout);
    }
    new LogBudget(memoryBudgetBytes);
  }

  /** The usual settings on that address: a free port, 64 MiB of memory, frames up to 512 MiB. */
  public static AeronConfig on(String host) {
    return new AeronConfig(
        host,
        Optional.empty(),
        PortRange.ANY,
        DEFAULT_MAX_FRAME_BYTES,
        Duration.ofSeconds(15),
        DEFAULT_MEMORY_BUDGET_BYTES);
  }

  /** The same with another limit on the length of a frame. */
  public AeronConfig withMaxFrameBytes(int bytes) {
    return new AeronConfig(host, networkInterface, ports, bytes, openTimeout, memoryBudgetBytes);
  }

  /** The same on one of some ports, for networks where only those are open. */
  public AeronConfig withPorts(PortRange range) {
    return new AeronConfig(
        host, networkInterface, range, maxFrameBytes, openTimeout, memoryBudgetBytes);
  }

  /** The same on another interface than the host's. */
  public AeronConfig withNetworkInterface(String nameOrAddress) {
    return new AeronConfig(
        host, Optional.of(nameOrAddress), ports, maxFrameBytes, openTimeout, memoryBudgetBytes);
  }

  /** The same with another limit on what is taken of /dev/shm. */
  public AeronConfig withMemoryBudgetBytes(long bytes) {
    return new AeronConfig(host, networkInterface, ports, maxFrameBytes, openTimeout, bytes);
  }

  /**
   * UDP ports from the first to the last, both included.
   *
   * @param first 0 alone stands for any free port
   * @param last not below the first
   */
  public record PortRange(int first, int last) {
    /** Whichever port the system has free. */
    public static final PortRange ANY = new PortRange(0, 0);

    private static final int MAX_PORT = 65_535;

    public PortRange {
      if (first < 0 || last > MAX_PORT || first > last || (first == 0 && last != 0)) {
        throw new IllegalArgumentException(
            "ports must be a range within [1, 65535], or 0 alone for any, but are "
                + first
                + " to "
                + last);
      }
    }

    /** One fixed port. */
    public static PortRange of(int port) {
      return new PortRange(port, port);
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + " to " + last;
    }
  }
}
