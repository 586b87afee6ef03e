// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Each network is trained beside one with DL4J's own updater, on the same batches. */
class FusedUpdatersTest {
  private static final int STEPS = 200;
  private static final int ROWS = 16;
  private static final int FEATURES = 7;
  private static final int CLASSES = 3;

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Sgd(0.05),
        new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.7, 20)),
        new Nesterovs(0.02, 0.9),
        Nesterovs.builder()
            .learningRateSchedule(new StepSchedule(ScheduleType.EPOCH, 0.05, 0.5, 1))
            .momentumISchedule(
                new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 40, 0.9, 200, 0.95)))
            .build(),
        new Adam(0.003),
        new Adam(new StepSchedule(ScheduleType.ITERATION, 0.01, 0.9, 10)),
        new AMSGrad(0.003),
        new Nadam(0.003),
        new AdaMax(0.003),
        new RmsProp(0.003),
        new AdaGrad(0.02),
        new AdaDelta(),
        new NoOp());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void stepsAsDl4jDoes(IUpdater updater) {
    compare(layers(updater, builder -> {}));
  }

  static Stream<IUpdater> updatersWithAndWithoutLearningRate() {
    return Stream.of(
        new Adam(new StepSchedule(ScheduleType.ITERATION, 0.01, 0.9, 10)),
        new Nesterovs(0.02, 0.9),
        new AdaDelta());
  }

  @ParameterizedTest
  @MethodSource("updatersWithAndWithoutLearningRate")
  void stepsAsDl4jDoesWithPenalties(IUpdater updater) {
    compare(layers(updater, b -> b.l1(1e-3).l2(2e-3).l1Bias(3e-3)));
    compare(layers(updater, b -> b.weightDecay(1e-3, false).weightDecayBias(1e-2)));
  }

  @ParameterizedTest
  @EnumSource(GradientNormalization.class)
  void stepsAsDl4jDoesWithNormalizedGradients(GradientNormalization normalization) {
    compare(
        layers(
            new Adam(0.003),
            b -> b.gradientNormalization(normalization).gradientNormalizationThreshold(0.01)));
  }

  @Test
  void stepsAsDl4jDoesWithGradientsThatAreSums() {
    compare(layers(new Sgd(0.001), b -> b.miniBatch(false)));
  }

  @Test
  void stepsAsDl4jDoesWithSeveralUpdatersBatchNormalizationAndAFrozenLayer() {
    compare(mixedLayers(new Nesterovs(0.01, 0.9)));
  }

  /** A class of regularization that is not known here. */
  private static final class Shrinking extends L2Regularization {
    private static final long serialVersionUID = 1L;

    Shrinking() {
      super(1e-3);
    }

    @Override
    public Regularization clone() {
      return new Shrinking();
    }
  }

  @Test
  void leavesWhatItDoesNotKnowToDl4j() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers(new Adam(0.01), b -> b.regularization(List.of(new Shrinking()))));
    network.init();
    Object before = network.getUpdater();
    assertThat(FusedUpdaters.install(network)).isFalse();
    assertThat(FusedUpdaters.installDetached(network)).isEmpty();
    assertThat(network.getUpdater()).isSameAs(before);
    assertThat(UpdateRules.of(new AdaBelief())).isEmpty();
  }

  @Test
  void stepsAsDl4jDoesInAGraph() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .updater(new Adam(0.003))
            .l2(1e-3)
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", dense(FEATURES, 9).build(), "in")
            .addLayer("b", dense(FEATURES, 5).updater(new RmsProp(0.002)).build(), "in")
            .addLayer("out", output(14), "a", "b")
            .setOutputs("out")
            .build();
    ComputationGraph ours = new ComputationGraph(configuration);
    ours.init();
    ComputationGraph theirs = ours.clone();
    assertThat(FusedUpdaters.install(ours)).isTrue();
    Random random = new Random(17);
    for (int step = 0; step < STEPS; step++) {
      DataSet batch = batch(random);
      ours.fit(batch);
      theirs.fit(batch);
    }
    requireEqual(ours, ours.getUpdater(), theirs, theirs.getUpdater());
  }

  @Test
  void goesOnFromStateThatWasSet() {
    MultiLayerNetwork ours = new MultiLayerNetwork(layers(new Adam(0.003), b -> {}));
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    Random random = new Random(3);
    for (int step = 0; step < 20; step++) {
      theirs.fit(batch(random));
    }
    assertThat(FusedUpdaters.install(ours)).isTrue();
    ours.setParams(theirs.params());
    ours.setIterationCount(theirs.getIterationCount());
    ours.getUpdater().setStateViewArray(ours, theirs.getUpdater().getStateViewArray(), false);
    for (int step = 0; step < 20; step++) {
      DataSet batch = batch(random);
      ours.fit(batch);
      theirs.fit(batch);
    }
    requireEqual(
        ours,
        (BaseMultiLayerUpdater<?>) ours.getUpdater(),
        theirs,
        (BaseMultiLayerUpdater<?>) theirs.getUpdater());
  }

  @Test
  void keepsTheGradientWhereTheUpdateIsTakenFromTheArray() {
    MultiLayerNetwork network = new MultiLayerNetwork(layers(new Sgd(0.5), b -> {}));
    network.init();
    MultiLayerNetwork theirs = network.clone();
    float[] update = FusedUpdaters.installDetached(network).orElseThrow().values();
    DataSet batch = batch(new Random(1));
    network.fit(batch);
    theirs.fit(batch);
    assertThat(theirs.gradient().gradient().toFloatVector()).containsExactly(update);
    float[] kept = network.gradient().gradient().toFloatVector();
    for (int i = 0; i < kept.length; i++) {
      assertThat(kept[i] / ROWS * 0.5f).isEqualTo(update[i]);
    }
  }

  private static void compare(MultiLayerConfiguration configuration) {
    MultiLayerNetwork ours = new MultiLayerNetwork(configuration);
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    assertThat(FusedUpdaters.install(ours)).isTrue();
    Random random = new Random(17);
    for (int step = 0; step < STEPS; step++) {
      if (step % 70 == 69) {
        ours.incrementEpochCount();
        theirs.incrementEpochCount();
      }
      DataSet batch = batch(random);
      ours.fit(batch);
      theirs.fit(batch);
    }
    requireEqual(
        ours,
        (BaseMultiLayerUpdater<?>) ours.getUpdater(),
        theirs,
        (BaseMultiLayerUpdater<?>) theirs.getUpdater());
  }

  private static void requireEqual(
      Model ours,
      BaseMultiLayerUpdater<?> ourUpdater,
      Model theirs,
      BaseMultiLayerUpdater<?> theirUpdater) {
    requireClose("parameters", ours.params(), theirs.params());
    INDArray state = theirUpdater.getStateViewArray();
    if (state == null) {
      assertThat(ourUpdater.getStateViewArray()).isNull();
    } else {
      requireClose("state", ourUpdater.getStateViewArray(), state);
      requireClose("state", ourUpdater.getStateViewArrayCopy(), state);
    }
  }

  /** Within what rounding can come to in some hundred steps that depend on each other. */
  private static void requireClose(String what, INDArray ours, INDArray theirs) {
    float[] a = ours.dup().data().asFloat();
    float[] b = theirs.dup().data().asFloat();
    assertThat(a).hasSameSizeAs(b);
    for (int i = 0; i < a.length; i++) {
      float allowed = 2e-4f * Math.max(Math.abs(b[i]), 1e-2f);
      assertThat(Math.abs(a[i] - b[i]))
          .as("%s %d: ours %s, theirs %s", what, i, a[i], b[i])
          .isLessThanOrEqualTo(allowed);
    }
  }

  private static MultiLayerConfiguration layers(
      IUpdater updater, Consumer<NeuralNetConfiguration.Builder> settings) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(5).updater(updater);
    settings.accept(builder);
    return builder.list().layer(dense(FEATURES, 9).build()).layer(output(9)).build();
  }

  private static MultiLayerConfiguration mixedLayers(IUpdater second) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(0.003))
        .biasUpdater(new Sgd(0.01))
        .l2(1e-3)
        .list()
        .layer(new FrozenLayer(dense(FEATURES, 8).build()))
        .layer(dense(8, 9).updater(second).build())
        .layer(new BatchNormalization.Builder().nIn(9).nOut(9).build())
        .layer(output(9))
        .build();
  }

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH);
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DataSet batch(Random random) {
    float[] x = new float[ROWS * FEATURES];
    float[] y = new float[ROWS * CLASSES];
    for (int row = 0; row < ROWS; row++) {
      int label = random.nextInt(CLASSES);
      for (int i = 0; i < FEATURES; i++) {
        x[row * FEATURES + i] = random.nextFloat() - (i == label ? 1 : 0);
      }
      y[row * CLASSES + label] = 1;
    }
    return new DataSet(
        Nd4j.create(x, new long[] {ROWS, FEATURES}, 'c'),
        Nd4j.create(y, new long[] {ROWS, CLASSES}, 'c'));
  }
}
