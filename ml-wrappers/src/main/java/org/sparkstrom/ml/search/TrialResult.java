// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.Map;

/**
 * What came of training a candidate up to a rung.
 *
 * @param trial number of the candidate, from 0
 * @param rung from 0; the last has the full resource
 * @param resource value of the Param that is the resource, usually epochs; 0 if there is none
 * @param spent what was trained for it: less than {@code resource} where the trial went on from a
 *     checkpoint
 * @param metric of the evaluator on the validation rows; NaN if the trial did not end well
 * @param seconds wall time
 * @param state completed, failed or cut_off
 * @param message of the error of a trial that failed; empty for others
 * @param values what the candidate sets, by {@code uid.param}, as text
 */
public record TrialResult(
    int trial,
    int rung,
    int resource,
    int spent,
    double metric,
    double seconds,
    String state,
    String message,
    Map<String, String> values) {
  private static final String COMPLETED = "completed";

  public TrialResult {
    values = Map.copyOf(values);
  }

  static TrialResult completed(
      Assignment at, Map<String, String> values, double seconds, Trials.Outcome outcome) {
    return new TrialResult(
        at.trial(),
        at.rung(),
        outcome.resource(),
        outcome.spent(),
        outcome.metric(),
        seconds,
        COMPLETED,
        "",
        values);
  }

  static TrialResult failed(
      Assignment at, Map<String, String> values, double seconds, Exception error) {
    return without(at, values, seconds, "failed", error.toString());
  }

  static TrialResult cutOff(Assignment at, Map<String, String> values, double seconds) {
    return without(at, values, seconds, "cut_off", "the deadline came");
  }

  private static TrialResult without(
      Assignment at, Map<String, String> values, double seconds, String state, String message) {
    return new TrialResult(
        at.trial(), at.rung(), 0, 0, Double.NaN, seconds, state, message, values);
  }

  boolean isCompleted() {
    return state.equals(COMPLETED);
  }
}
