// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.Serializable;
import java.util.Objects;

/**
 * Where workers find the coordinator of their fit.
 *
 * @param host name or address of the driver, as the executors reach it
 * @param port TCP port
 */
public record CoordinatorAddress(String host, int port) implements Serializable {

  public CoordinatorAddress {
    Objects.requireNonNull(host, "host");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be in [1, 65535], but is " + port);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
  }
}
