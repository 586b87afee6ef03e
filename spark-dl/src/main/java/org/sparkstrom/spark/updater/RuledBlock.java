// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Consecutive parameters with one updater configuration, as DL4J has put them together; so the
 * layout of their state is DL4J's too: one array of state after the other, each for the whole
 * block.
 *
 * @param from the first parameter, as a place in the network's flat parameters
 * @param to behind the last
 * @param stateFrom where the block's state begins in the network's flat updater state
 * @param config of the updater
 * @param rule its formula
 * @param spans the block's weights and biases, without gaps
 */
record RuledBlock(
    int from, int to, int stateFrom, IUpdater config, UpdateRule rule, List<Span> spans) {

  RuledBlock {
    spans = List.copyOf(spans);
  }

  /** DL4J's block with a rule; empty if its updater or a regularization has none. */
  static Optional<RuledBlock> of(UpdaterBlock block) {
    IUpdater config = block.getGradientUpdater().getConfig();
    boolean idle = block.skipDueToPretrainConfig(false);
    Optional<UpdateRule> rule = idle ? Optional.of(new NoUpdateRule()) : UpdateRules.of(config);
    List<Span> spans = new ArrayList<>();
    for (UpdaterBlock.ParamState parameters : block.getLayersAndVariablesInBlock()) {
      Optional<List<Penalty>> penalties = idle ? Optional.of(List.of()) : penalties(parameters);
      if (penalties.isEmpty()) {
        return Optional.empty();
      }
      spans.add(
          new Span(
              parameters.getParamOffsetStart(),
              parameters.getParamOffsetEnd(),
              parameters.getLayer().updaterDivideByMinibatch(parameters.getParamName()),
              penalties.get()));
    }
    return rule.map(
        found ->
            new RuledBlock(
                block.getParamOffsetStart(),
                block.getParamOffsetEnd(),
                block.getUpdaterViewOffsetStart(),
                config,
                found,
                spans));
  }

  private static Optional<List<Penalty>> penalties(UpdaterBlock.ParamState parameters) {
    List<Regularization> configured =
        parameters.getLayer().getConfig().getRegularizationByParam(parameters.getParamName());
    List<Penalty> penalties = new ArrayList<>();
    for (Regularization one : configured == null ? List.<Regularization>of() : configured) {
      Optional<Penalty> penalty = Penalty.of(one);
      if (penalty.isEmpty()) {
        return Optional.empty();
      }
      penalties.add(penalty.get());
    }
    return Optional.of(penalties);
  }

  boolean readsParameters() {
    return spans.stream().anyMatch(span -> !span.penalties().isEmpty());
  }

  /** Fixes what is the same for all parameters of a step. */
  void begin(int iteration, int epoch) {
    rule.begin(iteration, epoch);
    double rate = config.hasLearningRate() ? config.getLearningRate(iteration, epoch) : 1;
    for (Span span : spans) {
      for (Penalty penalty : span.penalties()) {
        penalty.begin(iteration, epoch, rate);
      }
    }
  }
}
