// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.List;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * What a fit gives: the network and the facts of the run.
 *
 * @param snapshot the fitted network; every replica held these parameters, bit by bit
 * @param parametersSha256 hash of the parameters, as every worker reported it
 * @param workers number of workers
 * @param executors number of JVMs that the workers ran in
 * @param rounds rounds of sharing
 * @param rows rows trained on, counted once per use
 * @param bytesSent bytes sent to peers, over all workers
 * @param denseBytes what float32 updates to the same peers would have taken
 * @param fitSeconds wall time of the training stage, packing included
 * @param history what was measured in each epoch, those before the fit was resumed included; the
 *     other facts are of this run alone
 * @param attendance who took part at the end, and how many were lost and came
 * @param modeChoices how updates were shared with the quantizer AUTO, and by which figures: one
 *     choice, which a fit that is to be repeated sets itself; none if another quantizer was set or
 *     the fit was too short to choose
 */
public record TrainingResult(
    NetworkSnapshot snapshot,
    String parametersSha256,
    int workers,
    int executors,
    long rounds,
    long rows,
    long bytesSent,
    long denseBytes,
    double fitSeconds,
    List<EpochFigures> history,
    Attendance attendance,
    List<ModeChoice> modeChoices)
    implements Serializable {

  public TrainingResult {
    history = List.copyOf(history);
    modeChoices = List.copyOf(modeChoices);
  }

  /** Mean training loss of each epoch, over all workers. */
  public List<Double> lossPerEpoch() {
    return history.stream().map(EpochFigures::loss).toList();
  }

  /** How many times smaller than float32 updates the traffic was; NaN if nothing was sent. */
  public double compression() {
    return bytesSent == 0 ? Double.NaN : (double) denseBytes / bytesSent;
  }
}
