// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkOutput;

/**
 * The figures by which epochs are compared, of a network over batches: the loss, and of each output
 * either the accuracy, or the mean squared and the mean absolute error.
 *
 * <p>They are DL4J's own: sums that {@link FigureSums} adds over batches and workers. Padded steps
 * and rows of weight 0, which label masks tell, do not count. Not thread-safe.
 */
public final class BatchFigures {
  private static final String LOSS = "loss";
  private static final String ACCURACY = "accuracy";
  private static final String SQUARED = "mse";
  private static final String ABSOLUTE = "mae";

  private final LiveNetwork network;
  private final List<NetworkOutput> outputs;
  private final FigureSums sums = new FigureSums();

  /** No figures yet of a network, which stays the caller's. */
  public BatchFigures(LiveNetwork network, List<NetworkOutput> outputs) {
    this.network = network;
    this.outputs = List.copyOf(outputs);
  }

  /** The names of the figures of a network with these outputs. */
  public static List<String> names(List<NetworkOutput> outputs) {
    return Stream.concat(
            Stream.of(LOSS),
            outputs.stream()
                .flatMap(
                    output ->
                        switch (output.labels()) {
                          case CLASS_INDEX -> Stream.of(prefix(output, outputs) + ACCURACY);
                          case REAL ->
                              Stream.of(
                                  prefix(output, outputs) + SQUARED,
                                  prefix(output, outputs) + ABSOLUTE);
                        }))
        .toList();
  }

  private static String prefix(NetworkOutput output, List<NetworkOutput> all) {
    return all.size() == 1 ? "" : output.name() + "/";
  }

  /** Measures on one more batch. */
  public void add(MultiDataSet batch) {
    double rows = batch.getFeatures(0).size(0);
    sums.add(LOSS, network.score(batch) * rows, rows);
    INDArray[] predicted =
        network.output(batch.getFeatures(), Optional.ofNullable(batch.getFeaturesMaskArrays()));
    for (int i = 0; i < predicted.length; i++) {
      INDArray mask = batch.getLabelsMaskArrays() == null ? null : batch.getLabelsMaskArrays()[i];
      try (INDArray output = predicted[i]) {
        if (mask == null || mask.length() > 1) {
          add(outputs.get(i), batch.getLabels(i), output, mask);
        } else if (mask.getFloat(0) != 0) { // DL4J refuses a mask of one row
          add(outputs.get(i), batch.getLabels(i), output, null);
        }
      }
    }
  }

  private void add(NetworkOutput output, INDArray labels, INDArray predicted, INDArray mask) {
    String prefix = prefix(output, outputs);
    switch (output.labels()) {
      case CLASS_INDEX -> {
        Evaluation evaluation = new Evaluation(output.size());
        evaluation.eval(labels, predicted, mask);
        double right = 0;
        for (int count : evaluation.truePositives().values()) {
          right += count;
        }
        sums.add(prefix + ACCURACY, right, evaluation.getNumRowCounter());
      }
      case REAL -> {
        RegressionEvaluation evaluation = new RegressionEvaluation(output.size());
        evaluation.eval(labels, predicted, mask);
        double entries = evaluation.getExampleCountPerColumn().sumNumber().doubleValue();
        sums.add(
            prefix + SQUARED,
            evaluation.getSumSquaredErrorsPerColumn().sumNumber().doubleValue(),
            entries);
        sums.add(
            prefix + ABSOLUTE,
            evaluation.getSumAbsErrorsPerColumn().sumNumber().doubleValue(),
            entries);
      }
    }
  }

  /** The sums over all batches so far. */
  public FigureSums sums() {
    return sums;
  }
}
