// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronConfig.PortRange;

/**
 * How workers reach each other, as the application's Spark settings say.
 *
 * <p>These are the only settings that belong to the cluster's network and not to the fit, so they
 * are read from the Spark configuration, here alone, on the driver, and travel to the workers.
 *
 * @param firstPort first of the UDP ports of which a worker takes a free one; 0 for any
 * @param lastPort last of them
 * @param networkInterface name, address or network of the interface to use; empty for that of the
 *     address which Spark advertises for the executor
 * @param memoryBudgetBytes what the buffers of a worker may take of /dev/shm
 */
record TransportSettings(
    int firstPort, int lastPort, String networkInterface, long memoryBudgetBytes)
    implements Serializable {

  static final String PORT = "spark.sparkstrom.port";
  static final String INTERFACE = "spark.sparkstrom.interface";
  static final String MEMORY_BUDGET = "spark.sparkstrom.memoryBudget";

  private static final Pattern PORTS =
      Pattern.compile("\\s*(\\d{1,5})\\s*(?:-\\s*(\\d{1,5})\\s*)?");

  TransportSettings {
    Objects.requireNonNull(networkInterface, "networkInterface");
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if one makes no sense; the message names it
   */
  static TransportSettings read(SparkConf conf) {
    PortRange ports = ports(conf.get(PORT, "0"));
    TransportSettings settings =
        new TransportSettings(
            ports.first(), ports.last(), conf.get(INTERFACE, "").strip(), memoryBudget(conf));
    try {
      settings.aeron("127.0.0.1");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(MEMORY_BUDGET + ": " + e.getMessage(), e);
    }
    return settings;
  }

  private static PortRange ports(String text) {
    Matcher matcher = PORTS.matcher(text);
    try {
      if (matcher.matches()) {
        int first = Integer.parseInt(matcher.group(1));
        return new PortRange(
            first, matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2)));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PORT + " = '" + text + "': " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "%s must be a UDP port, a range of ports as 40000-40100, or 0 for any free one, but is '%s'"
            .formatted(PORT, text));
  }

  private static long memoryBudget(SparkConf conf) {
    try {
      return conf.getSizeAsBytes(MEMORY_BUDGET, AeronConfig.DEFAULT_MEMORY_BUDGET_BYTES);
    } catch (RuntimeException e) { // Spark's own, without the name of the setting
      throw new IllegalArgumentException(
          "%s must be a size such as 64m, but is '%s'"
              .formatted(MEMORY_BUDGET, conf.get(MEMORY_BUDGET)),
          e);
    }
  }

  /**
   * Requires ports for all workers of one host.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  void requirePorts(int workersOnOneHost) {
    int ports = lastPort - firstPort + 1;
    if (firstPort > 0 && ports < workersOnOneHost) {
      throw new IllegalArgumentException(
          "%s must have a port for each of the %d workers on this host, but has %d; give a wider range"
              .formatted(PORT, workersOnOneHost, ports));
    }
  }

  /** The transport of a worker on that address. */
  AeronConfig aeron(String host) {
    AeronConfig config =
        AeronConfig.on(host)
            .withPorts(new PortRange(firstPort, lastPort))
            .withMemoryBudgetBytes(memoryBudgetBytes);
    return networkInterface.isEmpty() ? config : config.withNetworkInterface(networkInterface);
  }
}
