// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;

class NetworkSignatureTest {

  @Test
  void aPlainClassifierTakesVectorsAndClasses() {
    assertThat(signature(dense(4, 8), softmax(8, 3)))
        .isEqualTo(signature(input(Form.FLAT, 4), output(Form.FLAT, 3, LabelKind.CLASS_INDEX)));
  }

  @Test
  void anOutputWithoutSoftmaxTakesNumbers() {
    Layer regression =
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(8)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build();
    assertThat(signature(dense(4, 8), regression).outputs())
        .containsExactly(output(Form.FLAT, 2, LabelKind.REAL));
  }

  @Test
  void layersThatTakeEverythingLeaveTheFormToTheNext() {
    assertThat(
            signature(new DropoutLayer(0.5), lstm(5, 6), new DropoutLayer(0.5), rnnSoftmax(6, 2)))
        .isEqualTo(
            signature(input(Form.SEQUENCE, 5), output(Form.SEQUENCE, 2, LabelKind.CLASS_INDEX)));
  }

  @Test
  void wrappedRecurrentLayersTakeSequences() {
    Layer last = new LastTimeStep(lstm(5, 6));
    assertThat(signature(last, softmax(6, 2)))
        .isEqualTo(signature(input(Form.SEQUENCE, 5), output(Form.FLAT, 2, LabelKind.CLASS_INDEX)));
    Layer both = new Bidirectional(lstm(5, 6));
    assertThat(signature(both, rnnSoftmax(12, 2)).inputs())
        .containsExactly(input(Form.SEQUENCE, 5));
  }

  @Test
  void tokensAreSequencesOfOneValue() {
    Layer embedding = new EmbeddingSequenceLayer.Builder().nIn(100).nOut(6).build();
    assertThat(signature(embedding, lstm(6, 6), rnnSoftmax(6, 2)).inputs())
        .containsExactly(input(Form.SEQUENCE, 1));
  }

  @Test
  void aLossLayerGivesWhatComesBeforeIt() {
    Layer loss = new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
    assertThat(signature(dense(4, 3), new DropoutLayer(0.5), loss).outputs())
        .containsExactly(output(Form.FLAT, 3, LabelKind.CLASS_INDEX));
  }

  @Test
  void imagesAreFlatWhereTheNetworkFoldsThemAndImagesElsewhere() {
    assertThat(signature(image(InputType.convolutionalFlat(8, 7, 2))).inputs())
        .containsExactly(input(Form.FLAT, 8 * 7 * 2));
    assertThat(signature(image(InputType.convolutional(8, 7, 2))).inputs())
        .containsExactly(new NetworkInput("input", Form.IMAGE, List.of(2, -1, -1)));
  }

  @Test
  void aNetworkWithoutAnOutputLayerIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> signature(dense(4, 8)))
        .withMessageContaining("must be an output layer, but output is DenseLayer");
  }

  private static NeuralNetConfiguration.ListBuilder image(InputType type) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(type);
  }

  private static NetworkSignature signature(Layer... layers) {
    return signature(new NeuralNetConfiguration.Builder().list(layers));
  }

  private static NetworkSignature signature(NeuralNetConfiguration.ListBuilder list) {
    return NetworkSnapshot.initial(list.build()).signature();
  }

  private static NetworkSignature signature(NetworkInput input, NetworkOutput output) {
    return new NetworkSignature(List.of(input), List.of(output));
  }

  private static NetworkInput input(Form form, int size) {
    return new NetworkInput("input", form, List.of(size));
  }

  private static NetworkOutput output(Form form, int size, LabelKind labels) {
    return new NetworkOutput("output", form, size, labels);
  }

  private static Layer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).build();
  }

  private static LSTM lstm(int in, int out) {
    return new LSTM.Builder().nIn(in).nOut(out).build();
  }

  private static Layer softmax(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer rnnSoftmax(int in, int out) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
