// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkSignature;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** A row of weight 2 moves DL4J's parameters as two copies of it do. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WeightedLossTest {

  private static final int STEPS = 20;
  private static final double TOLERANCE = 1e-6;
  private static final DataType SEQUENCES = DataTypes.createArrayType(DataTests.DOUBLES);

  @TempDir Path directory;
  private final long seed = System.nanoTime();

  @BeforeEach
  void prepare() {
    NativeRuntime.prepareTask();
  }

  /** Columns features, label, weight. */
  private record Problem(
      DataType features, DataType label, NetworkSignature network, MultiLayerConfiguration conf) {}

  @Test
  void ofAClassifier() throws IOException {
    Problem problem =
        new Problem(
            DataTests.DOUBLES,
            DataTypes.IntegerType,
            DataTests.classifier(4, 3),
            configuration(
                new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH).build(),
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build()));
    requireEqual(problem, (random, i) -> List.of(doubles(random, 4), i % 3));
  }

  @Test
  void ofARegression() throws IOException {
    Problem problem =
        new Problem(
            DataTests.DOUBLES,
            DataTests.DOUBLES,
            DataTests.network(DataTests.flat(4), DataTests.real(Form.FLAT, 2)),
            configuration(
                new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH).build(),
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(6)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build()));
    requireEqual(problem, (random, i) -> List.of(doubles(random, 4), doubles(random, 2)));
  }

  @Test
  void ofSequencesOfUnequalLengths() throws IOException {
    Problem problem =
        new Problem(
            SEQUENCES,
            DataTests.INTS,
            DataTests.network(DataTests.sequence(2), DataTests.classes(Form.SEQUENCE, 3)),
            configuration(
                new LSTM.Builder().nIn(2).nOut(4).activation(Activation.TANH).build(),
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(4)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build()));
    requireEqual(
        problem,
        (random, i) -> {
          int length = 1 + i % 4;
          Object[] steps = new Object[length];
          Object[] labels = new Object[length];
          for (int step = 0; step < length; step++) {
            steps[step] = doubles(random, 2);
            labels[step] = random.nextInt(3);
          }
          return List.of(DataTests.array(steps), DataTests.array(labels));
        });
  }

  @Test
  void ofAClassThatWeighsMore() throws IOException {
    Problem problem = classifier();
    Random random = new Random(seed);
    List<Row> once = new ArrayList<>();
    List<Row> copied = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Row row = RowFactory.create(doubles(random, 4), i % 3, 1.0);
      once.add(row);
      IntStream.range(0, new int[] {1, 3, 2}[i % 3]).forEach(copy -> copied.add(row));
    }
    float[] weighted = train(problem, once, Map.of(1, 3.0, 2, 2.0));
    assertNear(weighted, train(problem, copied, Map.of()));
    assertThat(distance(weighted, train(problem, once, Map.of()))).isGreaterThan(1e-3);
  }

  private static Problem classifier() {
    return new Problem(
        DataTests.DOUBLES,
        DataTypes.IntegerType,
        DataTests.classifier(4, 3),
        configuration(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(4)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build()));
  }

  private interface RowMaker {
    List<Object> make(Random random, int row);
  }

  private void requireEqual(Problem problem, RowMaker maker) throws IOException {
    Random random = new Random(seed);
    List<Row> weighted = new ArrayList<>();
    List<Row> copied = new ArrayList<>();
    List<Row> plain = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      List<Object> values = maker.make(random, i);
      int copies = new int[] {1, 2, 0, 3, 1}[i % 5];
      weighted.add(RowFactory.create(values.get(0), values.get(1), (double) copies));
      plain.add(RowFactory.create(values.get(0), values.get(1), 1.0));
      Row one = RowFactory.create(values.get(0), values.get(1), 1.0);
      IntStream.range(0, copies).forEach(copy -> copied.add(one));
    }
    float[] fromWeights = train(problem, weighted, Map.of());
    assertNear(fromWeights, train(problem, copied, Map.of()));
    assertThat(distance(fromWeights, train(problem, plain, Map.of())))
        .as("weights change something, seed %d", seed)
        .isGreaterThan(1e-3);
  }

  /** Parameters after some steps on all rows at once. */
  private float[] train(Problem problem, List<Row> rows, Map<Integer, Double> classWeights)
      throws IOException {
    TrainingData data =
        TrainingData.survey(
            DataTests.frame(
                DataTests.schema(problem.features(), problem.label())
                    .add("weight", DataTypes.DoubleType),
                rows),
            DataTests.COLUMNS.withWeight("weight"),
            problem.network(),
            classWeights,
            HandleInvalid.ERROR);
    try (LiveNetwork network = LiveNetwork.of(NetworkSnapshot.initial(problem.conf()));
        WorkerRows packed = DataTests.rows(data, Long.MAX_VALUE, directory);
        BatchReader batches =
            new BatchReader(packed.training(), DataTests.inOrder(data, rows.size(), rows.size()))) {
      for (int step = 0; step < STEPS; step++) {
        network.fit(batches.next());
      }
      return network.parameterValues();
    }
  }

  private void assertNear(float[] a, float[] b) {
    assertThat(distance(a, b)).as("largest difference, seed %d", seed).isLessThan(TOLERANCE);
  }

  private static double distance(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  private static Object doubles(Random random, int count) {
    return DataTests.array(random.doubles(count, -1, 1).boxed().toArray());
  }

  private static MultiLayerConfiguration configuration(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).l2(1e-3).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.build();
  }
}
