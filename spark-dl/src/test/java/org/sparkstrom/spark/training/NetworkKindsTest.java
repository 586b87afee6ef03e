// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Replicas of every kind of network that DL4J trains by backpropagation. */
class NetworkKindsTest {

  private static final int ROUNDS = 6;
  private static final int ROWS = 6;
  private static final int STEPS = 5;

  /**
   * A network and its data.
   *
   * @param name shown when it fails
   * @param initial the network
   * @param batches its batches
   * @param equalsOneNetwork whether the mean of two workers' updates is that of one network on the
   *     rows of both; not so with batch normalization, which normalizes each worker's batch alone
   */
  record Kind(
      String name, NetworkSnapshot initial, ReplicaFit.Batches batches, boolean equalsOneNetwork) {
    @Override
    public String toString() {
      return name;
    }
  }

  @SuppressWarnings("deprecation") // GravesLSTM: networks that have it still train
  static Stream<Kind> kinds() {
    return Stream.of(
        sequences("LSTM with masks", new LSTM.Builder().nIn(3).nOut(6).build(), 6),
        sequences("GravesLSTM with masks", new GravesLSTM.Builder().nIn(3).nOut(6).build(), 6),
        sequences(
            "bidirectional with masks",
            new Bidirectional(new LSTM.Builder().nIn(3).nOut(6).build()),
            12),
        sequences("SimpleRnn with masks", new SimpleRnn.Builder().nIn(3).nOut(6).build(), 6),
        pooledTokens(),
        tokens(),
        new Kind("CNN", images(false), NetworkKindsTest::imageBatch, true),
        new Kind("CNN with batch normalization", images(true), NetworkKindsTest::imageBatch, false),
        vectors("AutoEncoder as a layer", new AutoEncoder.Builder().nIn(4).nOut(6).build()),
        vectors(
            "VariationalAutoencoder as a layer",
            new VariationalAutoencoder.Builder()
                .nIn(4)
                .nOut(6)
                .encoderLayerSizes(5)
                .decoderLayerSizes(5)
                .build()),
        centerLoss(),
        new Kind(
            "graph with two inputs and two outputs",
            NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1))),
            (round, rank) -> TestNetworks.graphBatch(ROWS, 100L * round + rank),
            true));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void replicasStayEqualAndLearn(Kind kind) throws Exception {
    for (Quantizer quantizer : List.of(Quantizer.NONE, Quantizer.THRESHOLD)) {
      List<ReplicaFit.End> ends =
          ReplicaFit.train(kind.initial(), quantizer, ReplicaFit.rounds(ROUNDS, kind.batches()));
      String sha = ends.get(0).snapshot().parametersSha256();
      assertThat(ends.get(1).snapshot().parametersSha256()).as("%s", quantizer).isEqualTo(sha);
      assertThat(sha).as("%s", quantizer).isNotEqualTo(kind.initial().parametersSha256());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void allRowsGiveWhatOneNetworkGives(Kind kind) throws Exception {
    NetworkSnapshot shared =
        ReplicaFit.train(kind.initial(), Quantizer.NONE, ReplicaFit.rounds(ROUNDS, kind.batches()))
            .get(0)
            .snapshot();
    NetworkSnapshot alone =
        ReplicaFit.alone(kind.initial(), ReplicaFit.global(ROUNDS, kind.batches()));
    double difference = ReplicaFit.difference(shared, alone);
    if (kind.equalsOneNetwork()) {
      assertThat(difference).isLessThan(1e-5);
    } else {
      assertThat(difference).isBetween(1e-5, 0.1);
    }
  }

  @Test
  void runningStatisticsAreTheMeanOfAllWorkers() throws Exception {
    NetworkSnapshot initial = images(true);
    NetworkSnapshot shared =
        ReplicaFit.train(
                initial, Quantizer.NONE, ReplicaFit.rounds(ROUNDS, NetworkKindsTest::imageBatch))
            .get(0)
            .snapshot();
    MultiLayerNetwork network = shared.restore();
    MultiLayerNetwork before = initial.restore();
    assertThat(network.getParam("1_mean")).isNotEqualTo(before.getParam("1_mean"));
    // one round from equal networks: a running mean is the mean of what each worker alone gets
    NetworkSnapshot one =
        ReplicaFit.train(
                initial, Quantizer.NONE, ReplicaFit.rounds(1, NetworkKindsTest::imageBatch))
            .get(1)
            .snapshot();
    INDArray mean = Nd4j.zeros(before.getParam("1_mean").shape());
    for (int rank = 0; rank < ReplicaFit.WORKERS; rank++) {
      mean.addi(
          ReplicaFit.alone(initial, List.of(imageBatch(0, rank)))
              .restore()
              .getParam("1_mean")
              .div(ReplicaFit.WORKERS));
    }
    assertThat(one.restore().getParam("1_mean").equalsWithEps(mean, 1e-6)).isTrue();
  }

  @Test
  void frozenLayersKeepTheirParametersAndShareNothing() throws Exception {
    MultiLayerNetwork whole =
        NetworkSnapshot.initial(
                list(new Sgd(0.1))
                    .layer(new DenseLayer.Builder().nIn(4).nOut(200).build())
                    .layer(new DenseLayer.Builder().nIn(200).nOut(6).build())
                    .layer(TestNetworks.softmax(6, 3))
                    .build())
            .restore();
    NetworkSnapshot tuned =
        NetworkSnapshot.of(new TransferLearning.Builder(whole).setFeatureExtractor(0).build());
    int frozen = 4 * 200 + 200;
    int trained = tuned.parameters().length - frozen;
    for (Quantizer quantizer : Quantizer.values()) {
      List<ReplicaFit.End> ends =
          ReplicaFit.train(
              tuned, quantizer, ReplicaFit.rounds(ROUNDS, NetworkKindsTest::vectorBatch));
      NetworkSnapshot shared = ends.get(0).snapshot();
      assertThat(ends.get(1).snapshot().parametersSha256()).isEqualTo(shared.parametersSha256());
      assertThat(Arrays.copyOf(shared.parameters(), frozen))
          .as("%s", quantizer)
          .isEqualTo(Arrays.copyOf(tuned.parameters(), frozen));
      assertThat(shared.parametersSha256()).isNotEqualTo(tuned.parametersSha256());
      assertThat(ends.get(0).counters().bytesSent())
          .as("%s", quantizer)
          .isLessThan(ROUNDS * (Float.BYTES * (long) trained + 300));
    }
    NetworkSnapshot alone =
        ReplicaFit.alone(tuned, ReplicaFit.global(ROUNDS, NetworkKindsTest::vectorBatch));
    List<ReplicaFit.End> dense =
        ReplicaFit.train(
            tuned, Quantizer.NONE, ReplicaFit.rounds(ROUNDS, NetworkKindsTest::vectorBatch));
    assertThat(ReplicaFit.difference(dense.get(0).snapshot(), alone)).isLessThan(1e-5);
  }

  @Test
  void frozenLayersOfAGraphShareNothing() throws Exception {
    NetworkSnapshot whole = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    NetworkSnapshot tuned =
        NetworkSnapshot.of(
            new TransferLearning.GraphBuilder(whole.restoreGraph())
                .setFeatureExtractor("steps")
                .build());
    List<ReplicaFit.End> ends =
        ReplicaFit.train(
            tuned,
            Quantizer.NONE,
            ReplicaFit.rounds(
                ROUNDS, (round, rank) -> TestNetworks.graphBatch(ROWS, 100L * round + rank)));
    assertThat(ends.get(1).snapshot().parametersSha256())
        .isEqualTo(ends.get(0).snapshot().parametersSha256());
    try (LiveNetwork network = LiveNetwork.of(tuned)) {
      int from = 0;
      for (var block : network.blocks()) {
        float[] now = ends.get(0).snapshot().parameters();
        boolean same =
            Arrays.equals(
                now, from, from + block.length(), tuned.parameters(), from, from + block.length());
        assertThat(same).as(block.name()).isEqualTo(block.name().equals("steps"));
        from += block.length();
      }
    }
  }

  private static Kind sequences(String name, Layer recurrent, int size) {
    return new Kind(
        name,
        NetworkSnapshot.initial(
            list(new Sgd(0.1))
                .layer(recurrent)
                .layer(TestNetworks.rnnSoftmax(size, 3))
                .setInputType(InputType.recurrent(3))
                .build()),
        (round, rank) -> {
          Random random = new Random(100L * round + rank);
          INDArray mask = TestNetworks.lengths(random, ROWS, STEPS);
          return new MultiDataSet(
              new INDArray[] {TestNetworks.values(random, ROWS, 3, STEPS)},
              new INDArray[] {stepClasses(random)},
              new INDArray[] {mask},
              new INDArray[] {mask});
        },
        true);
  }

  private static Kind pooledTokens() {
    return new Kind(
        "tokens, pooled over steps of unequal length",
        NetworkSnapshot.initial(
            list(new Sgd(0.1))
                .layer(
                    new EmbeddingSequenceLayer.Builder()
                        .nIn(11)
                        .nOut(4)
                        .inferInputLength(true)
                        .build())
                .layer(new LSTM.Builder().nIn(4).nOut(5).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.MAX).build())
                .layer(TestNetworks.softmax(5, 3))
                .build()),
        (round, rank) -> {
          Random random = new Random(100L * round + rank);
          return new MultiDataSet(
              new INDArray[] {tokens(random, ROWS, 1, STEPS)},
              new INDArray[] {TestNetworks.classes(random, ROWS, 3)},
              new INDArray[] {TestNetworks.lengths(random, ROWS, STEPS)},
              null);
        },
        true);
  }

  private static Kind tokens() {
    return new Kind(
        "one token",
        NetworkSnapshot.initial(
            list(new Sgd(0.1))
                .layer(new EmbeddingLayer.Builder().nIn(11).nOut(4).build())
                .layer(TestNetworks.softmax(4, 3))
                .build()),
        (round, rank) -> {
          Random random = new Random(100L * round + rank);
          return new MultiDataSet(tokens(random, ROWS, 1), TestNetworks.classes(random, ROWS, 3));
        },
        true);
  }

  private static Kind vectors(String name, Layer first) {
    return new Kind(
        name,
        NetworkSnapshot.initial(
            list(new Sgd(0.1)).layer(first).layer(TestNetworks.softmax(6, 3)).build()),
        NetworkKindsTest::vectorBatch,
        true);
  }

  private static Kind centerLoss() {
    return new Kind(
        "center loss",
        NetworkSnapshot.initial(
            list(new Sgd(0.1))
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                .layer(
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build()),
        NetworkKindsTest::vectorBatch,
        false);
  }

  private static NetworkSnapshot images(boolean normalized) {
    NeuralNetConfiguration.ListBuilder list =
        list(new Sgd(0.1)).layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build());
    if (normalized) {
      list.layer(new BatchNormalization());
    }
    return NetworkSnapshot.initial(
        list.layer(new SubsamplingLayer.Builder(2, 2).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(6, 6, 2))
            .build());
  }

  private static NeuralNetConfiguration.ListBuilder list(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(7).updater(updater).list();
  }

  private static MultiDataSet vectorBatch(int round, int rank) {
    Random random = new Random(100L * round + rank);
    return new MultiDataSet(
        TestNetworks.values(random, ROWS, 4), TestNetworks.classes(random, ROWS, 3));
  }

  private static MultiDataSet imageBatch(int round, int rank) {
    Random random = new Random(100L * round + rank);
    return new MultiDataSet(
        TestNetworks.values(random, ROWS, 2, 6, 6), TestNetworks.classes(random, ROWS, 3));
  }

  private static INDArray stepClasses(Random random) {
    INDArray perStep = TestNetworks.classes(random, ROWS * STEPS, 3);
    return perStep.reshape('c', ROWS, STEPS, 3).permute(0, 2, 1).dup('c');
  }

  private static INDArray tokens(Random random, long... shape) {
    INDArray tokens = TestNetworks.values(random, shape);
    for (int i = 0; i < tokens.length(); i++) {
      tokens.putScalar(i, random.nextInt(11));
    }
    return tokens;
  }
}
