// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link ImageBenchmark} and prints its figures as one line of JSON at the end. */
public final class ImageBench {
  private static final int FORKS = 2;
  private static final int WARMUPS = 5;
  private static final int MEASUREMENTS = 5;

  private ImageBench() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(ImageBenchmark.class.getName())
            .forks(FORKS)
            .warmupIterations(WARMUPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(MEASUREMENTS)
            .measurementTime(TimeValue.seconds(1))
            .build();
    Map<String, Double> perSecond = new TreeMap<>();
    for (RunResult result : new Runner(options).run()) {
      perSecond.put(
          result.getPrimaryResult().getLabel(),
          result.getPrimaryResult().getStatistics().getPercentile(50));
    }
    PrintStream out = System.out;
    out.println(
        String.format(
            Locale.ROOT,
            "{\"imagesPerSecondPerCore\":%.0f, \"prepareOverDecode\":%.3f}",
            perSecond.get("prepare"),
            perSecond.get("prepare") / perSecond.get("decode")));
  }
}
