// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Each network is trained beside one with DL4J's own layers, on the same batches. */
class DirectLayersTest {
  private static final int STEPS = 100;
  private static final int FEATURES = 16;
  private static final int CLASSES = 3;

  @Test
  void trainsAPerceptronAsDl4jDoes() {
    MultiLayerConfiguration configuration =
        builder()
            .l2(1e-3)
            .list()
            .layer(dense(FEATURES, 9).build())
            .layer(dense(9, 8).hasBias(false).build())
            .layer(dense(8, 7).activation(Activation.TANH).build())
            .layer(dense(7, 6).build())
            .layer(output(6).build())
            .build();
    compare(configuration, 4, 1);
  }

  static Stream<Arguments> convolutions() {
    return Stream.of(
        arguments("plain", convolution(2, 2)),
        arguments("without activation", convolution(3, 2).activation(Activation.IDENTITY)),
        arguments("without bias", convolution(2, 3).hasBias(false)),
        arguments("padded, with strides", convolution(3, 3).padding(1, 2).stride(2, 1)),
        arguments("dilated", convolution(2, 2).dilation(2, 2)),
        arguments("same size", convolution(3, 3).convolutionMode(ConvolutionMode.Same)),
        arguments(
            "same size, with strides",
            convolution(2, 3).stride(2, 2).convolutionMode(ConvolutionMode.Same)),
        arguments(
            "truncated", convolution(3, 3).stride(2, 2).convolutionMode(ConvolutionMode.Truncate)));
  }

  /** Two convolutions: with the gradient of the input, and without. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("convolutions")
  void trainsConvolutionsAsDl4jDoes(String name, ConvolutionLayer.Builder second) {
    MultiLayerConfiguration configuration =
        builder()
            .l2(1e-3)
            .list()
            .layer(convolution(3, 3).nOut(4).convolutionMode(ConvolutionMode.Same).build())
            .layer(second.build())
            .layer(output(0).build())
            .setInputType(InputType.convolutionalFlat(4, 4, 1))
            .build();
    compare(configuration, 3, 4);
  }

  @Test
  void trainsAConvolutionWhoseActivationsAreOverwrittenAsDl4jDoes() {
    MultiLayerConfiguration configuration =
        builder()
            .list()
            .layer(convolution(2, 2).build())
            .layer(new DropoutLayer.Builder(new Negation()).build())
            .layer(output(0).build())
            .setInputType(InputType.convolutionalFlat(4, 4, 1))
            .build();
    compare(configuration, 2, 6);
  }

  /** Overwrites the activations below it, as layers with noise do, and always in the same way. */
  private static final class Negation implements IDropout {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray applyDropout(
        INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
      return result.assign(input).negi();
    }

    @Override
    public INDArray backprop(INDArray above, INDArray below, int iteration, int epoch) {
      return below.assign(above).negi();
    }

    @Override
    public void clear() {}

    @Override
    @SuppressWarnings("MissingSuperCall")
    public IDropout clone() {
      return new Negation();
    }
  }

  @Test
  void leavesConvolutionsThatAreNotPlainToDl4j() {
    assertThat(replaced(convolution(2, 2).activation(Activation.TANH))).isEqualTo(1);
    assertThat(replaced(convolution(2, 2).dropOut(0.5))).isEqualTo(1);
    assertThat(replaced(convolution(2, 2), CNN2DFormat.NHWC)).isEqualTo(1);
  }

  private static int replaced(ConvolutionLayer.Builder convolution) {
    return replaced(convolution, CNN2DFormat.NCHW);
  }

  private static int replaced(ConvolutionLayer.Builder convolution, CNN2DFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            builder()
                .list()
                .layer(convolution.build())
                .layer(output(0).build())
                .setInputType(InputType.convolutional(4, 4, 1, format))
                .build());
    network.init();
    return DirectLayers.install(network);
  }

  private static ConvolutionLayer.Builder convolution(int height, int width) {
    return new ConvolutionLayer.Builder(height, width).nOut(3).activation(Activation.RELU);
  }

  @Test
  void trainsAConvolutionalNetworkAsDl4jDoes() {
    MultiLayerConfiguration configuration =
        builder()
            .list()
            .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(1, 1).build())
            .layer(new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutionalFlat(4, 4, 1))
            .build();
    compare(configuration, 3, 2);
  }

  @Test
  void trainsAGraphAsDl4jDoes() {
    ComputationGraph ours =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", dense(FEATURES, 9).build(), "in")
                .addLayer("b", dense(FEATURES, 5).build(), "in")
                .addLayer("out", output(14).build(), "a", "b")
                .setOutputs("out")
                .build());
    ours.init();
    ComputationGraph theirs = ours.clone();
    assertThat(DirectLayers.install(ours)).isEqualTo(3);
    Random random = new Random(3);
    for (int step = 0; step < STEPS; step++) {
      DataSet batch = batch(random, 12);
      ours.fit(batch);
      theirs.fit(batch);
      assertThat(ours.score()).isCloseTo(theirs.score(), within(1e-5));
    }
    requireClose(ours.params(), theirs.params());
    INDArray features = batch(random, 5).getFeatures();
    requireClose(ours.outputSingle(features), theirs.outputSingle(features));
  }

  @Test
  void leavesALossThatStandsInForABatchToDl4j() {
    MultiLayerNetwork ours = new MultiLayerNetwork(perceptron());
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    DirectLayers.install(ours);
    Random random = new Random(3);
    for (int step = 0; step < 20; step++) {
      DataSet batch = batch(random, 8);
      for (MultiLayerNetwork network : List.of(ours, theirs)) {
        BaseOutputLayer output = (BaseOutputLayer) network.getOutputLayer().conf().getLayer();
        ILossFunction own = output.getLossFn();
        if (step % 2 == 0) {
          output.setLossFn(new LossMCXENT(Nd4j.createFromArray(3f, 1f, 0.5f)));
        }
        network.fit(batch);
        output.setLossFn(own);
      }
    }
    requireClose(ours.params(), theirs.params());
  }

  @Test
  void leavesMaskedLabelsToDl4j() {
    MultiLayerNetwork ours = new MultiLayerNetwork(perceptron());
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    assertThat(DirectLayers.install(ours)).isEqualTo(2);
    Random random = new Random(3);
    for (int step = 0; step < 20; step++) {
      DataSet batch = batch(random, 8);
      if (step % 2 == 0) {
        batch.setLabelsMaskArray(
            Nd4j.createFromArray(new float[][] {{1}, {0}, {2}, {1}, {1}, {0.5f}, {1}, {1}}));
      }
      ours.fit(batch);
      theirs.fit(batch);
      assertThat(ours.score()).isCloseTo(theirs.score(), within(1e-5));
    }
    requireClose(ours.params(), theirs.params());
  }

  @Test
  void takesInputsInAnyLayout() {
    MultiLayerNetwork ours = new MultiLayerNetwork(perceptron());
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    assertThat(DirectLayers.install(ours)).isEqualTo(2);
    DataSet batch = batch(new Random(3), 8);
    for (int step = 0; step < 5; step++) {
      ours.fit(batch.getFeatures().dup('f'), batch.getLabels().dup('f'));
      theirs.fit(batch);
    }
    requireClose(ours.params(), theirs.params());
  }

  @Test
  void replacesWhatIsPlainAlone() {
    assertThat(replaced(dense(FEATURES, 4).dropOut(0.5), output(4))).isEqualTo(1);
    assertThat(replaced(dense(FEATURES, 4).hasLayerNorm(true), output(4))).isEqualTo(1);
    assertThat(replaced(dense(FEATURES, 4).activation(Activation.LEAKYRELU), output(4)))
        .isEqualTo(1);
    OutputLayer.Builder weighted =
        new OutputLayer.Builder(new LossMCXENT(Nd4j.createFromArray(1f, 2f, 1f)))
            .nIn(4)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX);
    assertThat(replaced(dense(FEATURES, 4), weighted)).isEqualTo(1);
    OutputLayer.Builder independent =
        new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
            .nIn(4)
            .nOut(CLASSES)
            .activation(Activation.SIGMOID);
    assertThat(replaced(dense(FEATURES, 4), independent)).isEqualTo(1);
  }

  private static int replaced(DenseLayer.Builder dense, OutputLayer.Builder output) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(builder().list().layer(dense.build()).layer(output.build()).build());
    network.init();
    return DirectLayers.install(network);
  }

  private static void compare(MultiLayerConfiguration configuration, int replaced, int seed) {
    MultiLayerNetwork ours = new MultiLayerNetwork(configuration);
    ours.init();
    MultiLayerNetwork theirs = ours.clone();
    Layer[] before = ours.getLayers().clone();
    assertThat(DirectLayers.install(ours)).isEqualTo(replaced);
    assertThat(ours.getLayers()).isNotEqualTo(before);
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      DataSet batch = batch(random, step % 10 == 9 ? 5 : 12); // the last batch of an epoch is short
      ours.fit(batch);
      theirs.fit(batch);
      assertThat(ours.score()).as("step %d", step).isCloseTo(theirs.score(), within(1e-5));
    }
    requireClose(ours.params(), theirs.params());
    INDArray features = batch(random, 5).getFeatures();
    requireClose(ours.output(features), theirs.output(features));
    assertThat(ours.score(batch(new Random(9), 6)))
        .isCloseTo(theirs.score(batch(new Random(9), 6)), within(1e-5));
  }

  private static void requireClose(INDArray ours, INDArray theirs) {
    float[] a = ours.dup('c').data().asFloat();
    float[] b = theirs.dup('c').data().asFloat();
    assertThat(a).containsExactly(b, within(2e-5f));
  }

  private static MultiLayerConfiguration perceptron() {
    return builder().list().layer(dense(FEATURES, 6).build()).layer(output(6).build()).build();
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().seed(5).updater(new Sgd(0.1));
  }

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU);
  }

  private static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX);
  }

  private static DataSet batch(Random random, int rows) {
    float[] x = new float[rows * FEATURES];
    float[] y = new float[rows * CLASSES];
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(CLASSES);
      for (int i = 0; i < FEATURES; i++) {
        x[row * FEATURES + i] = random.nextFloat() - (i == label ? 1 : 0);
      }
      y[row * CLASSES + label] = 1;
    }
    return new DataSet(
        Nd4j.create(x, new long[] {rows, FEATURES}, 'c'),
        Nd4j.create(y, new long[] {rows, CLASSES}, 'c'));
  }
}
