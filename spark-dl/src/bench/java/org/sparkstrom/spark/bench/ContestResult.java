// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What a contestant has come to; it prints it as its last line.
 *
 * @param seconds time of training until the target was reached or it gave up, evaluation excluded
 * @param trainingSeconds the part of it that was spent on epochs, for the rows a second
 * @param accuracy on the held-out rows, the best that was measured
 * @param reached whether that is the target
 * @param rows rows trained on in that time
 * @param bytesSent bytes between executors; NaN where they are not known
 * @param peakMemoryMb most resident memory of all its processes together; NaN before it is known
 */
record ContestResult(
    double seconds,
    double trainingSeconds,
    double accuracy,
    boolean reached,
    long rows,
    double bytesSent,
    double peakMemoryMb) {
  private static final String MARK = "CONTEST-RESULT ";

  double rowsPerSecond() {
    return rows / trainingSeconds;
  }

  /** Of a contestant that is not done yet: nothing is known of its bytes and its memory. */
  static ContestResult of(double seconds, double accuracy, boolean reached, long rows) {
    return new ContestResult(seconds, seconds, accuracy, reached, rows, Double.NaN, Double.NaN);
  }

  /** The same, of which epochs took so long. */
  ContestResult withTrainingSeconds(double epochs) {
    return new ContestResult(seconds, epochs, accuracy, reached, rows, bytesSent, peakMemoryMb);
  }

  ContestResult withBytesSent(double bytes) {
    return new ContestResult(
        seconds, trainingSeconds, accuracy, reached, rows, bytes, peakMemoryMb);
  }

  ContestResult withPeakMemoryMb(double megabytes) {
    return new ContestResult(
        seconds, trainingSeconds, accuracy, reached, rows, bytesSent, megabytes);
  }

  /** The line that {@link #parse} reads. */
  String toLine() {
    return MARK
        + String.format(
            Locale.ROOT,
            "{\"seconds\":%.3f,\"trainingSeconds\":%.3f,\"accuracy\":%.5f,\"reached\":%b,\"rows\":%d%s}",
            seconds,
            trainingSeconds,
            accuracy,
            reached,
            rows,
            Double.isNaN(bytesSent)
                ? ""
                : String.format(Locale.ROOT, ",\"bytesSent\":%.0f", bytesSent));
  }

  /** Prints {@link #toLine} to standard output, as a contestant does at its end. */
  void print() {
    new PrintWriter(System.out, true, StandardCharsets.UTF_8).println(toLine());
  }

  /** The result in a line of a contestant's output; empty for any other line. */
  static Optional<ContestResult> parse(String line) throws IOException {
    if (!line.startsWith(MARK)) {
      return Optional.empty();
    }
    JsonNode json = new ObjectMapper().readTree(line.substring(MARK.length()));
    return Optional.of(
        new ContestResult(
            json.required("seconds").asDouble(),
            json.path("trainingSeconds").asDouble(json.required("seconds").asDouble()),
            json.required("accuracy").asDouble(),
            json.required("reached").asBoolean(),
            json.required("rows").asLong(),
            json.path("bytesSent").asDouble(Double.NaN),
            Double.NaN));
  }
}
