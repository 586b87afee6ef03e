// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.MemberProgress;
import org.sparkstrom.sharing.membership.MembershipState;

/**
 * How far a fit is, over all workers.
 *
 * @param workers workers that have reported so far
 * @param round rounds completed by every one of them
 * @param epoch epochs completed by every one of them, those before the fit included
 * @param epochs epochs of the network at the end of the fit
 * @param loss mean loss of the epoch in progress; NaN before the first round
 * @param rows rows trained on so far, counted once per use
 * @param bytesSent bytes sent to peers so far
 * @param denseBytes what float32 updates would have taken
 * @param density share of their parameters that workers have sent in a round, on average; NaN
 *     before the first one
 * @param elapsed time since the training stage was submitted
 * @param attendance who takes part, and how many were lost and came
 * @param members those who take part, by rank
 */
public record TrainingProgress(
    int workers,
    long round,
    int epoch,
    int epochs,
    double loss,
    long rows,
    long bytesSent,
    long denseBytes,
    double density,
    Duration elapsed,
    Attendance attendance,
    List<WorkerProgress> members) {

  public TrainingProgress {
    members = List.copyOf(members);
  }

  static TrainingProgress of(
      MembershipState membership, int epochs, long parameters, Duration elapsed) {
    List<MemberProgress> reports = membership.progress();
    long rounds = reports.stream().mapToLong(MemberProgress::round).sum();
    long entries = reports.stream().mapToLong(MemberProgress::entriesSent).sum();
    return new TrainingProgress(
        reports.size(),
        reports.stream().mapToLong(MemberProgress::round).min().orElse(0),
        reports.stream().mapToInt(MemberProgress::epoch).min().orElse(0),
        epochs,
        reports.stream()
            .mapToDouble(MemberProgress::loss)
            .filter(loss -> !Double.isNaN(loss))
            .average()
            .orElse(Double.NaN),
        reports.stream().mapToLong(MemberProgress::rows).sum(),
        reports.stream().mapToLong(MemberProgress::bytesSent).sum(),
        reports.stream().mapToLong(MemberProgress::denseBytes).sum(),
        rounds == 0 ? Double.NaN : entries / ((double) rounds * parameters),
        elapsed,
        Attendance.of(membership),
        members(reports, membership.members()));
  }

  private static List<WorkerProgress> members(List<MemberProgress> reports, List<Member> present) {
    Map<Integer, MemberProgress> byRank =
        reports.stream().collect(Collectors.toMap(MemberProgress::rank, Function.identity()));
    return present.stream()
        .map(
            member -> {
              MemberProgress report = byRank.get(member.rank());
              return report == null
                  ? new WorkerProgress(member.rank(), member.label(), 0, 0)
                  : new WorkerProgress(
                      member.rank(), member.label(), report.round(), report.rows());
            })
        .toList();
  }

  /** Rows per second since the start, over all workers. */
  public double rowsPerSecond() {
    return elapsed.isZero() ? 0 : rows / (elapsed.toNanos() * 1e-9);
  }

  /** How many times smaller than float32 updates the traffic is; NaN before the first round. */
  public double compression() {
    return bytesSent == 0 ? Double.NaN : (double) denseBytes / bytesSent;
  }
}
