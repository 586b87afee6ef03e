// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.network.NetworkSnapshot;

class NetworkChecksTest {

  @Test
  void soundNetworksPass() {
    assertThatCode(
            () -> {
              NetworkChecks.requireShareable(
                  NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1))));
              NetworkChecks.requireShareable(
                  NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1))));
              NetworkChecks.requireShareable(
                  initial(list().layer(lstm()).layer(TestNetworks.rnnSoftmax(6, 2))));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void truncatedBackpropagationIsRefused() {
    NeuralNetConfiguration.ListBuilder list =
        list().layer(lstm()).layer(TestNetworks.rnnSoftmax(6, 2)).tBPTTLength(4);
    list.backpropType(BackpropType.TruncatedBPTT);
    refused(initial(list), "must have the backprop type Standard, but has TruncatedBPTT");
  }

  @Test
  void layersThatDoNotFitEachOtherAreRefused() {
    refused(
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("dense", dense(4, 8), "in")
                .addLayer("out", TestNetworks.softmax(9, 3), "dense")
                .setOutputs("out")
                .build()),
        "the network's layers do not fit each other or the data: a row of FLAT [4] fails with");
  }

  @Test
  void anOutputOfStepsWhereRowsAreDueIsRefused() {
    // DL4J lets an OutputLayer follow an LSTM, and gives one output per step, as if it were a row
    NetworkSnapshot network =
        initial(
            list()
                .layer(lstm())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build()));
    refused(network, "output 'output' of the network must be FLAT of 3 values for a row");
  }

  @Test
  void aNetworkThatIsFrozenWholeIsRefused() {
    refused(
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("frozen", new FrozenLayer(dense(4, 3)), "in")
                .addLayer("loss", lossLayer(), "frozen")
                .setOutputs("loss")
                .build()),
        "must have a layer to train, but all that have parameters are frozen");
  }

  @Test
  void aGraphThatEndsWithoutALossIsRefused() {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("a", "b")
            .addLayer("dense", dense(4, 3), "a")
            .addVertex("both", new MergeVertex(), "dense", "b")
            .setOutputs("both")
            .build();
    refused(
        NetworkSnapshot.initial(graph),
        "output 'both' of the graph must be an output layer, but is a MergeVertex");
  }

  @Test
  void aNetworkThatLearnsByPretrainingIsRefused() {
    refused(
        initial(
            list()
                .layer(
                    new VariationalAutoencoder.Builder()
                        .nIn(4)
                        .nOut(2)
                        .encoderLayerSizes(5)
                        .decoderLayerSizes(5)
                        .build())),
        "output is VariationalAutoencoder, which learns by pretraining; pretrain it with DL4J");
  }

  @Test
  void lossesThatDoNotFitBatchesAreRefused() {
    refused(
        initial(
            list()
                .layer(dense(4, 8))
                .layer(
                    new OutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                        .nIn(8)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())),
        "has LossSparseMCXENT; take MCXENT");
    refused(
        initial(
            list()
                .layer(dense(4, 8))
                .layer(new OCNNOutputLayer.Builder().nIn(8).hiddenLayerSize(3).nu(0.1).build())),
        "is an OCNNOutputLayer, which sets its radius from one worker's rows");
  }

  @Test
  void otherDataFormatsAreRefused() {
    refused(
        initial(
            list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .nIn(2)
                        .nOut(4)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build())
                .layer(new GlobalPoolingLayer())
                .layer(TestNetworks.softmax(4, 3))),
        "must take its data as [rows, channels, height, width], as batches are made, but takes"
            + " NHWC");
    refused(
        initial(
            list()
                .layer(new LSTM.Builder().nIn(3).nOut(6).dataFormat(RNNFormat.NWC).build())
                .layer(TestNetworks.rnnSoftmax(6, 2))),
        "must take its data as [rows, size, steps], as batches are made, but takes NWC");
  }

  private static void refused(NetworkSnapshot network, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkChecks.requireShareable(network))
        .withMessageContaining(message);
  }

  private static NetworkSnapshot initial(NeuralNetConfiguration.ListBuilder list) {
    return NetworkSnapshot.initial(list.build());
  }

  private static NeuralNetConfiguration.ListBuilder list() {
    return new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nIn(3).nOut(6).build();
  }

  private static Layer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).build();
  }

  private static Layer lossLayer() {
    return new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
  }
}
