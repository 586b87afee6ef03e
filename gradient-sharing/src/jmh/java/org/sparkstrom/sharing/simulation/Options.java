// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What can be chosen.
 *
 * @param computeMs1M time of a step of the 1M network
 * @param computeMs25M the same of the 25M network
 * @param latencyNs of the network
 * @param loss share of packets
 * @param stragglers standard deviation of the logarithm of compute times
 * @param common share of the updates' variance that all workers have in common
 * @param sample parameters that are really computed for each worker; 0 for real runs alone
 * @param rounds of each real run; 0 for no real runs
 */
record Options(
    double computeMs1M,
    double computeMs25M,
    long latencyNs,
    double loss,
    double stragglers,
    double common,
    int sample,
    int rounds) {

  static Options parse(String[] arguments) {
    Map<String, Double> values =
        new HashMap<>(
            Map.of(
                "--compute-ms-1m", 50.0,
                "--compute-ms-25m", 500.0,
                "--latency-us", 50.0,
                "--loss", 0.0,
                "--stragglers", 0.0,
                "--common", 0.1,
                "--sample", 131_072.0,
                "--rounds", 200.0));
    for (int i = 0; i < arguments.length; i += 2) {
      if (!values.containsKey(arguments[i]) || i + 1 == arguments.length) {
        PrintStream err = System.err;
        err.println(
            "an option must be one of "
                + new TreeSet<>(values.keySet())
                + " with a number behind it, but is "
                + arguments[i]);
        System.exit(2);
      }
      values.put(arguments[i], Double.valueOf(arguments[i + 1]));
    }
    return new Options(
        values.get("--compute-ms-1m"),
        values.get("--compute-ms-25m"),
        (long) (values.get("--latency-us") * 1000),
        values.get("--loss"),
        values.get("--stragglers"),
        values.get("--common"),
        values.get("--sample").intValue(),
        values.get("--rounds").intValue());
  }
}
