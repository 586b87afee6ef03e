// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.AMSGrad;
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
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Every updater and what else DL4J does between gradient and parameters, on two replicas.
 *
 * <p>Replicas share what leaves the updater. So with the same rows on both, they do exactly what
 * DL4J does alone: the mean of two equal updates is that update. With rows of their own they equal
 * one network on the rows of both where the update is linear in the gradient: for Sgd, Nesterovs
 * and NoOp, and not for the adaptive updaters, whose state is each worker's own, nor for gradients
 * that are clipped or renormalized, which each worker does for itself.
 */
class UpdatersTest {

  private static final int ROUNDS = 6;
  private static final int ROWS = 8;

  static final List<IUpdater> LINEAR = List.of(new Sgd(0.1), new Nesterovs(0.05, 0.9), new NoOp());

  static final List<IUpdater> ALL =
      Stream.concat(
              LINEAR.stream(),
              Stream.of(
                  new Adam(0.01),
                  new AdaMax(0.01),
                  new AMSGrad(0.01),
                  new Nadam(0.01),
                  new RmsProp(0.01),
                  new AdaGrad(0.05),
                  new AdaDelta()))
          .toList();

  /**
   * What a configuration can do to a gradient, an update or the parameters.
   *
   * @param name shown when it fails
   * @param setting does it
   * @param linear whether the mean of two workers' updates is still that of one network
   */
  record Extra(String name, Consumer<NeuralNetConfiguration.Builder> setting, boolean linear) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Extra> EXTRAS =
      List.of(
          new Extra("l1", builder -> builder.l1(1e-3), true),
          new Extra("l2", builder -> builder.l2(1e-2), true),
          new Extra("weight decay", builder -> builder.weightDecay(1e-2), true),
          new Extra(
              "max norm", builder -> builder.constrainWeights(new MaxNormConstraint(0.5, 1)), true),
          new Extra(
              "min max norm",
              builder -> builder.constrainWeights(new MinMaxNormConstraint(0.4, 0.6, 1)),
              true),
          new Extra(
              "unit norm", builder -> builder.constrainWeights(new UnitNormConstraint(1)), true),
          new Extra(
              "non negative",
              builder -> builder.constrainAllParameters(new NonNegativeConstraint()),
              true),
          new Extra(
              "renormalize layer",
              builder -> builder.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer),
              false),
          new Extra(
              "renormalize param type",
              builder ->
                  builder.gradientNormalization(GradientNormalization.RenormalizeL2PerParamType),
              false),
          new Extra(
              "clip value",
              builder ->
                  builder
                      .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                      .gradientNormalizationThreshold(0.01),
              false),
          new Extra(
              "clip layer",
              builder ->
                  builder
                      .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                      .gradientNormalizationThreshold(0.01),
              false),
          new Extra(
              "clip param type",
              builder ->
                  builder
                      .gradientNormalization(GradientNormalization.ClipL2PerParamType)
                      .gradientNormalizationThreshold(0.01),
              false),
          new Extra("summed gradient", builder -> builder.miniBatch(false), false));

  @ParameterizedTest
  @FieldSource("ALL")
  void replicasStayEqual(IUpdater updater) throws Exception {
    requireEqualReplicas(initial(updater, builder -> {}));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void sameRowsGiveWhatDl4jGivesAlone(IUpdater updater) throws Exception {
    requireSameAsAlone(initial(updater, builder -> {}));
  }

  @ParameterizedTest
  @FieldSource("LINEAR")
  void linearUpdatersGiveWhatOneNetworkGivesOnAllRows(IUpdater updater) throws Exception {
    requireSameAsGlobal(initial(updater, builder -> {}));
  }

  @Test
  void aSavedModelGoesOnWhereItStood() throws Exception {
    NetworkSnapshot initial =
        initial(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, 0.8)), b -> {});
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    trainOnSameRows(initial).write(zip);
    NetworkSnapshot saved = NetworkSnapshot.read(new ByteArrayInputStream(zip.toByteArray()));
    NetworkSnapshot resumed = trainOnSameRows(saved);
    NetworkSnapshot alone = ReplicaFit.alone(ReplicaFit.alone(initial, sameRows()), sameRows());
    assertThat(resumed.iteration()).isEqualTo(2 * ROUNDS);
    assertThat(resumed.parameters()).isEqualTo(alone.parameters());
    assertThat(resumed.updaterState()).isEqualTo(alone.updaterState());
  }

  @ParameterizedTest
  @FieldSource("EXTRAS")
  void replicasStayEqualWith(Extra extra) throws Exception {
    requireEqualReplicas(initial(new Adam(0.01), extra.setting()));
  }

  @ParameterizedTest
  @FieldSource("EXTRAS")
  void sameRowsGiveWhatDl4jGivesAloneWith(Extra extra) throws Exception {
    requireSameAsAlone(initial(new Adam(0.01), extra.setting()));
  }

  @ParameterizedTest
  @MethodSource("linearExtras")
  void allRowsGiveWhatOneNetworkGivesWith(Extra extra) throws Exception {
    requireSameAsGlobal(initial(new Nesterovs(0.05, 0.9), extra.setting()));
  }

  static Stream<Extra> linearExtras() {
    return EXTRAS.stream().filter(Extra::linear);
  }

  private static void requireEqualReplicas(NetworkSnapshot initial) throws Exception {
    List<ReplicaFit.End> ends =
        ReplicaFit.train(
            initial, Quantizer.THRESHOLD, ReplicaFit.rounds(ROUNDS, UpdatersTest::batch));
    String sha = ends.get(0).snapshot().parametersSha256();
    assertThat(ends.get(1).snapshot().parametersSha256()).isEqualTo(sha);
    assertThat(sha).isNotEqualTo(initial.parametersSha256());
  }

  private static void requireSameAsAlone(NetworkSnapshot initial) throws Exception {
    NetworkSnapshot shared = trainOnSameRows(initial);
    NetworkSnapshot alone = ReplicaFit.alone(initial, sameRows());
    assertThat(shared.parameters()).isEqualTo(alone.parameters());
    assertThat(shared.updaterState()).isEqualTo(alone.updaterState());
    assertThat(shared.iteration()).isEqualTo(alone.iteration());
  }

  private static NetworkSnapshot trainOnSameRows(NetworkSnapshot initial) throws Exception {
    return ReplicaFit.train(
            initial, Quantizer.NONE, ReplicaFit.rounds(ROUNDS, (round, rank) -> batch(round, 0)))
        .get(0)
        .snapshot();
  }

  private static List<MultiDataSet> sameRows() {
    return IntStream.range(0, ROUNDS).mapToObj(round -> batch(round, 0)).toList();
  }

  private static void requireSameAsGlobal(NetworkSnapshot initial) throws Exception {
    List<ReplicaFit.End> ends =
        ReplicaFit.train(initial, Quantizer.NONE, ReplicaFit.rounds(ROUNDS, UpdatersTest::batch));
    NetworkSnapshot shared = ends.get(0).snapshot();
    assertThat(ends.get(1).snapshot().parametersSha256()).isEqualTo(shared.parametersSha256());
    NetworkSnapshot alone =
        ReplicaFit.alone(initial, ReplicaFit.global(ROUNDS, UpdatersTest::batch));
    assertThat(ReplicaFit.difference(shared, alone)).isLessThan(1e-5);
  }

  private static NetworkSnapshot initial(
      IUpdater updater, Consumer<NeuralNetConfiguration.Builder> setting) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(7).updater(updater);
    setting.accept(builder);
    return NetworkSnapshot.initial(
        builder
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(8).activation(Activation.TANH).build())
            .layer(TestNetworks.softmax(8, 3))
            .build());
  }

  private static MultiDataSet batch(int round, int rank) {
    Random random = new Random(100L * round + rank);
    return new MultiDataSet(
        TestNetworks.values(random, ROWS, 4), TestNetworks.classes(random, ROWS, 3));
  }
}
