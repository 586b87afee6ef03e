// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.training.TrainingResult;
import org.sparkstrom.spark.training.history.FitHistory;
import org.sparkstrom.spark.training.history.FitPage;

/**
 * The facts of the fit that made a model: what stays of a {@link TrainingResult} beside the
 * network. Saved with the model.
 *
 * @param parametersSha256 hash of the parameters, as every worker reported it
 * @param workers number of workers
 * @param executors number of JVMs that the workers ran in
 * @param rounds rounds of sharing
 * @param rows rows trained on, counted once per use
 * @param bytesSent bytes sent to peers, over all workers
 * @param denseBytes what float32 updates to the same peers would have taken
 * @param fitSeconds wall time of the training stage, packing included
 * @param lossPerEpoch mean training loss of each epoch, over all workers
 * @param validationPerEpoch figures on the validation rows after each epoch, by name; empty maps
 *     without such rows
 * @param modeChoices how updates were shared with the quantizer auto, and by which figures; none
 *     with any other, or if the fit was too short to choose
 * @param history the course of the fit in a bounded number of figures; empty if it was not
 *     recorded, as by releases before there were histories
 */
public record TrainingSummary(
    String parametersSha256,
    int workers,
    int executors,
    long rounds,
    long rows,
    long bytesSent,
    long denseBytes,
    double fitSeconds,
    List<Double> lossPerEpoch,
    List<Map<String, Double>> validationPerEpoch,
    List<ModeChoice> modeChoices,
    FitHistory history)
    implements Serializable {

  public TrainingSummary {
    lossPerEpoch = List.copyOf(lossPerEpoch);
    validationPerEpoch = validationPerEpoch == null ? List.of() : List.copyOf(validationPerEpoch);
    modeChoices = modeChoices == null ? List.of() : List.copyOf(modeChoices);
    history = history == null ? FitHistory.NONE : history;
  }

  /**
   * The course of the fit as one HTML file that needs no network: the page that Spark's UI shows
   * while a network is trained.
   */
  public String toHtml() {
    return FitPage.write(
        history.isEmpty()
            ? FitHistory.ofEpochs(lossPerEpoch, validationPerEpoch, fitSeconds)
            : history);
  }

  /** The same facts with another history. */
  TrainingSummary withHistory(FitHistory other) {
    return new TrainingSummary(
        parametersSha256,
        workers,
        executors,
        rounds,
        rows,
        bytesSent,
        denseBytes,
        fitSeconds,
        lossPerEpoch,
        validationPerEpoch,
        modeChoices,
        other);
  }

  static TrainingSummary of(TrainingResult result, FitHistory history) {
    return new TrainingSummary(
        result.parametersSha256(),
        result.workers(),
        result.executors(),
        result.rounds(),
        result.rows(),
        result.bytesSent(),
        result.denseBytes(),
        result.fitSeconds(),
        result.lossPerEpoch(),
        result.history().stream().map(EpochFigures::validation).toList(),
        result.modeChoices(),
        history);
  }
}
