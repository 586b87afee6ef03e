// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.Seq;

class GraphPredictionTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("position", SQLDataTypes.VectorType())
          .add("steps", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)));

  private final NetworkSnapshot graph = NetworkSnapshot.initial(TestNetworks.graph(new Adam(0.01)));

  static List<BatchLimit> limits() {
    return List.of(
        BatchLimit.ofRows(1),
        BatchLimit.ofRows(7),
        BatchLimit.ofRows(1000),
        BatchLimit.ofBytes(1),
        BatchLimit.ofBytes(400),
        new BatchLimit(5, 600));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void everyOutputIsWhatTheNetworkGivesForTheRowAlone(BatchLimit limit) {
    List<Row> rows = rows(40);
    List<Row> predicted = predict(rows, limit).collectAsList();
    assertThat(predicted).hasSameSizeAs(rows);
    try (LiveNetwork network = LiveNetwork.of(graph)) {
      for (int i = 0; i < rows.size(); i++) {
        Row row = predicted.get(i);
        assertThat(row.<Vector>getAs("position")).isEqualTo(rows.get(i).get(0));
        INDArray[] expected = network.output(features(rows.get(i)), Optional.empty());
        float[] kind = floats(row.getAs("kind"));
        assertThat(kind).containsExactly(expected[0].toFloatVector(), offset());
        assertThat(floats(row.getAs("place")))
            .containsExactly(expected[1].toFloatVector(), offset());
        assertThat(row.<Integer>getAs("kind_class")).isEqualTo(expected[0].argMax(1).getInt(0));
      }
    }
  }

  @Test
  void columnsHaveTheTypesOfTheOutputs() {
    assertThat(predict(rows(1), BatchLimit.ofRows(1)).schema().simpleString())
        .endsWith("kind:array<float>,kind_class:int,place:array<float>>");
  }

  @Test
  void sequencesComeBackAsLongAsTheyWere() {
    NetworkSnapshot tagger =
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .list()
                .layer(new LSTM.Builder().nIn(3).nOut(5).build())
                .layer(TestNetworks.rnnSoftmax(5, 2))
                .build());
    List<Row> rows = rows(20);
    List<Row> predicted =
        predict(tagger, rows, List.of("steps"), BatchLimit.ofRows(8)).collectAsList();
    try (LiveNetwork network = LiveNetwork.of(tagger)) {
      for (int i = 0; i < rows.size(); i++) {
        INDArray[] alone = network.output(new INDArray[] {walk(rows.get(i))}, Optional.empty());
        Seq<?> steps = predicted.get(i).getAs("output");
        Seq<?> classes = predicted.get(i).getAs("output_class");
        assertThat(steps.length()).isEqualTo(walkLength(i)).isEqualTo(classes.length());
        for (int step = 0; step < steps.length(); step++) {
          float[] expected = {alone[0].getFloat(0, 0, step), alone[0].getFloat(0, 1, step)};
          assertThat(floats((Seq<?>) steps.apply(step))).containsExactly(expected, offset());
          assertThat(classes.apply(step)).isEqualTo(expected[0] >= expected[1] ? 0 : 1);
        }
      }
    }
  }

  @Test
  void imagesAreTakenNestedAndGivenNested() {
    NetworkSnapshot painter =
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Sgd(0.1))
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(2).build())
                .layer(
                    new CnnLossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(2, 3, 1))
                .build());
    Double[][][] image = {{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}};
    StructType schema =
        new StructType().add("image", SQLDataTypes.VectorType()).add("nested", nested());
    Dataset<Row> data =
        SparkTests.session()
            .createDataFrame(
                List.of(RowFactory.create(Vectors.dense(1, 2, 3, 4, 5, 6), image)), schema);
    Row row = predict(painter, data, List.of("nested"), BatchLimit.ofRows(2)).first();
    Seq<?> channels = row.getAs("output");
    INDArray input = Nd4j.create(new float[] {1, 2, 3, 4, 5, 6}, new long[] {1, 1, 2, 3}, 'c');
    try (LiveNetwork network = LiveNetwork.of(painter)) {
      INDArray expected = network.output(new INDArray[] {input}, Optional.empty())[0];
      for (int channel = 0; channel < 2; channel++) {
        for (int y = 0; y < 2; y++) {
          Seq<?> pixels = (Seq<?>) ((Seq<?>) channels.apply(channel)).apply(y);
          float[] line = {
            expected.getFloat(0, channel, y, 0),
            expected.getFloat(0, channel, y, 1),
            expected.getFloat(0, channel, y, 2)
          };
          assertThat(floats(pixels)).containsExactly(line, offset());
        }
      }
    }
    assertThatThrownBy(
            () -> predict(painter, data, List.of("image"), BatchLimit.ofRows(2)).collectAsList())
        .hasStackTraceContaining("does not say how high and wide; nest them as");
  }

  @Test
  void tasksOfAnExecutorShareOneCopyOfAGraphsParameters() {
    Broadcast<NetworkSnapshot> broadcast = broadcast(graph);
    try (SharedParameters first = SharedParameters.lease("app", broadcast);
        SharedParameters second = SharedParameters.lease("app", broadcast)) {
      long address = first.array().data().address();
      assertThat(first.networkOf(graph).parameters().data().address()).isEqualTo(address);
      assertThat(second.networkOf(graph).parameters().data().address()).isEqualTo(address);
      assertThat(SharedParameters.copyCount()).isEqualTo(1);
    }
    assertThat(SharedParameters.copyCount()).isZero();
    predict(rows(30), BatchLimit.ofRows(4)).count();
    assertThat(SharedParameters.copyCount()).isZero();
  }

  @Test
  void aTaskTakesTheNetworkOfOneThatHasEnded() {
    Broadcast<NetworkSnapshot> broadcast = broadcast(graph);
    try (SharedParameters other = SharedParameters.lease("app", broadcast)) {
      SharedParameters ended = SharedParameters.lease("app", broadcast);
      LiveNetwork network = ended.networkOf(graph);
      assertThat(ended.networkOf(graph)).isSameAs(network);
      assertThat(other.networkOf(graph)).isNotSameAs(network);
      ended.close();

      SharedParameters failed = SharedParameters.lease("app", broadcast);
      assertThat(failed.networkOf(graph)).isSameAs(network);
      failed.discardNetwork();
      failed.close();

      try (SharedParameters next = SharedParameters.lease("app", broadcast)) {
        assertThat(next.networkOf(graph)).isNotSameAs(network);
      }
    }
    assertThat(SharedParameters.copyCount()).isZero();
  }

  @Test
  void columnsMustFitTheInputs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predict(graph, rows(1), List.of("position"), BatchLimit.ofRows(1)))
        .withMessageContaining("the inputs are [point, walk] and the columns [position]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> predict(graph, rows(1), List.of("position", "position"), BatchLimit.ofRows(1)))
        .withMessageContaining("column 'position' must be an array with an element for each step");
    List<Row> wide = List.of(RowFactory.create(Vectors.dense(1, 2, 3, 4), new Double[][] {{1.0}}));
    assertThatThrownBy(() -> predict(wide, BatchLimit.ofRows(1)).collectAsList())
        .hasStackTraceContaining(
            "column 'steps' has 1 features in each step, but the network takes 3 inputs");
  }

  @Test
  void nullsFollowThePolicyInEveryInput() {
    List<Row> rows = new ArrayList<>(rows(4));
    rows.set(1, RowFactory.create(rows.get(1).get(0), null));
    rows.set(2, RowFactory.create(null, rows.get(2).get(1)));
    assertThat(predict(rows, HandleInvalid.SKIP).count()).isEqualTo(2);
    assertThat(predict(rows, HandleInvalid.KEEP).count()).isEqualTo(4);
    assertThatThrownBy(() -> predict(rows, HandleInvalid.ERROR).collectAsList())
        .hasStackTraceContaining("row 1 in it: column 'steps' is null");
  }

  @Test
  void limitsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchLimit.ofBytes(0))
        .withMessage("the bytes of a batch must be at least 1, but are 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NetworkColumns(graph.signature().outputs(), List.of("one")))
        .withMessageContaining("the outputs are [kind, place] and the columns [one]");
  }

  private Dataset<Row> predict(List<Row> rows, BatchLimit limit) {
    return predict(graph, rows, List.of("position", "steps"), limit);
  }

  private Dataset<Row> predict(List<Row> rows, HandleInvalid policy) {
    return BatchPredictor.transform(
        frame(rows),
        broadcast(graph),
        NetworkColumns.of(graph.signature()),
        new PredictionConfig(List.of("position", "steps"), BatchLimit.ofRows(3), policy));
  }

  private static Dataset<Row> predict(
      NetworkSnapshot network, List<Row> rows, List<String> columns, BatchLimit limit) {
    return predict(network, frame(rows), columns, limit);
  }

  private static Dataset<Row> predict(
      NetworkSnapshot network, Dataset<Row> data, List<String> columns, BatchLimit limit) {
    return BatchPredictor.transform(
        data,
        broadcast(network),
        NetworkColumns.of(network.signature()),
        new PredictionConfig(columns, limit, HandleInvalid.ERROR));
  }

  private static Dataset<Row> frame(List<Row> rows) {
    return SparkTests.session().createDataFrame(rows, SCHEMA).coalesce(1);
  }

  private static Broadcast<NetworkSnapshot> broadcast(NetworkSnapshot network) {
    return JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext())
        .broadcast(network);
  }

  private static DataType nested() {
    return DataTypes.createArrayType(
        DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)));
  }

  private static List<Row> rows(int count) {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Double[][] walk = new Double[walkLength(i)][];
      for (int step = 0; step < walk.length; step++) {
        walk[step] = random.doubles(3, -1, 1).boxed().toArray(Double[]::new);
      }
      rows.add(RowFactory.create(Vectors.dense(random.doubles(4, -1, 1).toArray()), walk));
    }
    return rows;
  }

  private static int walkLength(int row) {
    return 1 + (row * 3) % 7;
  }

  private static INDArray[] features(Row row) {
    double[] position = row.<Vector>getAs(0).toArray();
    float[] point = new float[position.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) position[i];
    }
    return new INDArray[] {Nd4j.create(point, new long[] {1, point.length}, 'c'), walk(row)};
  }

  private static INDArray walk(Row row) {
    Double[][] steps = (Double[][]) row.get(1);
    INDArray walk = Nd4j.create(1, 3, steps.length);
    for (int step = 0; step < steps.length; step++) {
      for (int i = 0; i < 3; i++) {
        walk.putScalar(0, i, step, steps[step][i].floatValue());
      }
    }
    return walk;
  }

  private static float[] floats(Seq<?> values) {
    float[] floats = new float[values.length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (Float) values.apply(i);
    }
    return floats;
  }

  private static Offset<Float> offset() {
    return Offset.offset(1e-6f);
  }
}
