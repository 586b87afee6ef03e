// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.CostModel;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.cost.SharingCosts;

/**
 * The rounds in which both forms of payloads are tried, and the choice at their end.
 *
 * <p>Which form a round has depends on its number alone, and the choice on what all workers report
 * in one and the same round ({@link #isReported}). So all make it alike, whatever each has
 * measured, whoever is lost or joins: who has seen too little of it reports nothing, and if nobody
 * has seen enough, the trial begins anew.
 *
 * <p>Thresholds come first, for as long as their density warms up; whole updates come last, when
 * the code that both share is compiled. The first rounds of each form are not measured: there the
 * residual of the form before is sent, and caches are cold.
 *
 * <p>Not thread-safe.
 */
final class ModeTrial {
  /** Rounds of a form before it is measured. */
  static final int SETTLING_ROUNDS = 8;

  /** Rounds of each form that are measured. */
  static final int MEASURED_ROUNDS = 16;

  /** A worker that has measured less of a form, as one that has joined since, reports nothing. */
  static final int LEAST_MEASURED_ROUNDS = 8;

  /** Rounds before the trial whatever the thresholds, until most code is compiled. */
  static final int LEAST_WARMUP_ROUNDS = 24;

  private static final int STATE_BYTES = Long.BYTES + 1 + ModeChoice.BYTES;

  private final int warmupRounds;
  private final int mostLocalSteps;
  private final RoundSamples threshold = new RoundSamples(MEASURED_ROUNDS);
  private final RoundSamples dense = new RoundSamples(MEASURED_ROUNDS);
  private final List<SharingCosts> reports = new ArrayList<>();
  private Optional<ModeChoice> choice = Optional.empty();
  private Optional<RoundTimes> begun = Optional.empty(); // when the last round was encoded
  private long round;

  /**
   * A trial before the first round.
   *
   * @param warmupRounds rounds until thresholds send what they will send later
   * @param mostLocalSteps local steps that may be chosen
   */
  ModeTrial(int warmupRounds, int mostLocalSteps) {
    this.warmupRounds = Math.max(LEAST_WARMUP_ROUNDS, warmupRounds);
    this.mostLocalSteps = mostLocalSteps;
  }

  /** What was chosen; empty while the trial lasts. */
  Optional<ModeChoice> choice() {
    return choice;
  }

  /** The form of the payloads in the round in progress. */
  Quantizer form() {
    return choice.map(ModeChoice::quantizer).orElseGet(() -> formAt(round));
  }

  private Quantizer formAt(long someRound) {
    return someRound < firstMeasured(threshold) + MEASURED_ROUNDS
        ? Quantizer.THRESHOLD
        : Quantizer.FLOAT16;
  }

  private long firstMeasured(RoundSamples samples) {
    long first = (long) warmupRounds + SETTLING_ROUNDS;
    return samples == threshold ? first : first + MEASURED_ROUNDS + SETTLING_ROUNDS;
  }

  /** The round whose payloads carry the reports; its form is still the last one tried. */
  private long reportingRound() {
    return firstMeasured(dense) + MEASURED_ROUNDS;
  }

  /** True if the payloads of the round in progress carry reports. */
  boolean isReported() {
    return choice.isEmpty() && round == reportingRound();
  }

  /**
   * A round is about to be encoded, so the one before is over with all that belongs to it.
   *
   * @param times of all rounds so far
   */
  void begin(RoundTimes times) {
    if (choice.isPresent()) {
      return;
    }
    begun.ifPresent(before -> samplesOf(round - 1).ifPresent(s -> s.add(before, times)));
    begun = Optional.of(times);
  }

  /** The round in progress has a payload of so many bytes. */
  void encoded(int payloadBytes) {
    if (choice.isEmpty()) {
      samplesOf(round).ifPresent(samples -> samples.payload(payloadBytes));
    }
  }

  private Optional<RoundSamples> samplesOf(long someRound) {
    RoundSamples samples = formAt(someRound) == Quantizer.THRESHOLD ? threshold : dense;
    long first = firstMeasured(samples);
    return someRound >= first && someRound < first + MEASURED_ROUNDS
        ? Optional.of(samples)
        : Optional.empty();
  }

  /** What this worker has measured; empty if that is too little. */
  Optional<SharingCosts> report() {
    int measured = Math.min(threshold.count(), dense.count());
    return measured < LEAST_MEASURED_ROUNDS
        ? Optional.empty()
        : Optional.of(
            new SharingCosts(
                Math.min(threshold.computeNs(), dense.computeNs()),
                dense.cost(),
                threshold.cost()));
  }

  /** Takes a worker's report in the round in progress. */
  void add(SharingCosts reported) {
    reports.add(reported);
  }

  /** The round in progress is over. */
  void end() {
    boolean reported = isReported();
    round++;
    if (reported && reports.isEmpty()) {
      round = warmupRounds;
      forget();
    } else if (reported) {
      choice =
          Optional.of(new CostModel(SharingCosts.ofAll(reports)).choose(round, mostLocalSteps));
    }
    reports.clear();
  }

  private void forget() {
    begun = Optional.empty();
    threshold.clear();
    dense.clear();
  }

  int stateBytes() {
    return STATE_BYTES;
  }

  /** Writes what all workers have in common after the last round: its number and the choice. */
  void save(ByteBuffer out) {
    out.putLong(round).put((byte) (choice.isPresent() ? 1 : 0));
    if (choice.isPresent()) {
      choice.get().put(out);
    } else {
      out.put(new byte[ModeChoice.BYTES]);
    }
  }

  /**
   * Goes on where another worker's trial stood. A choice that was made here stands, also if the
   * state is one of a round before it.
   *
   * @throws IllegalArgumentException if the bytes are no state of a trial
   */
  void restore(ByteBuffer in) {
    long saved = in.getLong();
    byte chosen = in.get();
    int end = in.position() + ModeChoice.BYTES;
    Optional<ModeChoice> other =
        chosen == 0
            ? Optional.empty()
            : Optional.of(ModeChoice.of(in.duplicate().order(in.order())));
    in.position(end);
    if (saved < 0 || other.filter(mode -> mode.localSteps() > mostLocalSteps).isPresent()) {
      throw new IllegalArgumentException(
          "a trial's state must have a round of at least 0 and at most %d local steps, but has round %d and the choice %s"
              .formatted(mostLocalSteps, saved, other));
    }
    round = saved;
    choice = choice.or(() -> other);
    forget();
  }
}
