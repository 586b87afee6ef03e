// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.JavaConverters;

/** Whole fits on the kinds of data that networks take, and on data that is dealt out badly. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class KindsOfDataTest {

  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");

  @ParameterizedTest
  @CsvSource({"100, 50, 2", "3, 8, 2", "1, 1, 2", "101, 3, 1"})
  void everyRowIsUsedOnceAnEpochWhereverItLies(int rows, int partitions, int workers) {
    TrainingResult result =
        fit(
            config().workers(workers).epochs(2).build(),
            SparkTests.network(new Adam(0.01)),
            SparkTests.cloudFrame(rows, 1, partitions),
            COLUMNS);
    assertThat(result.workers()).isEqualTo(workers);
    int idle = rows < workers ? workers - rows : 0; // takes part, but has nothing to train on
    int perWorker = (rows + workers - 1) / workers;
    assertThat(result.rows()).isEqualTo(2L * perWorker * (workers - idle));
  }

  @Test
  void partitionsOfOneClassTrain() {
    Dataset<Row> data =
        SparkTests.cloudFrame(90, 1, 1).repartition(3, functions.col("label")).cache();
    TrainingResult result =
        fit(config().epochs(20).build(), SparkTests.network(new Adam(0.01)), data, COLUMNS);
    assertThat(last(result)).isLessThan(0.8 * first(result));
  }

  @Test
  void dataOnDiskTrainsAsDataInMemoryDoes() {
    Dataset<Row> data = SparkTests.cloudFrame(200, 1, 3);
    MultiLayerConfiguration network = SparkTests.network(new Adam(0.01));
    TrainingConfig.Builder config = config().epochs(3);
    assertThat(fit(config.storeMemoryBytes(0).build(), network, data, COLUMNS).parametersSha256())
        .isEqualTo(
            fit(config.storeMemoryBytes(1 << 24).build(), network, data, COLUMNS)
                .parametersSha256());
  }

  @Test
  void weightsMoveTwoWorkersAsOneWithTheirBatchesTogether() {
    Dataset<Row> data =
        SparkTests.cloudFrame(60, 1, 3)
            .withColumn("weight", functions.col("label").plus(0.5))
            .cache();
    MultiLayerConfiguration network = SparkTests.network(new Sgd(0.1));
    ColumnBinding columns = COLUMNS.withWeight("weight");
    TrainingConfig.Builder config =
        config().quantizer(Quantizer.NONE).epochs(20).classWeights(Map.of(1, 3.0));
    float[] two = parameters(fit(config.batchSize(30).build(), network, data, columns));
    float[] one = parameters(fit(config.workers(1).batchSize(60).build(), network, data, columns));
    assertThat(distance(two, one)).isLessThan(1e-5);
    config.classWeights(Map.of());
    float[] plain = parameters(fit(config.build(), network, data, COLUMNS));
    assertThat(distance(plain, one)).isGreaterThan(1e-3);
  }

  @Test
  void rowsForValidationChangeNothing() {
    List<Row> rows = SparkTests.clouds(60, 1);
    Dataset<Row> training =
        SparkTests.session().createDataFrame(rows.subList(0, 40), SparkTests.schema()).coalesce(1);
    Dataset<Row> held =
        SparkTests.session().createDataFrame(rows.subList(40, 60), SparkTests.schema()).coalesce(1);
    Dataset<Row> all =
        training
            .withColumn("held", functions.lit(false))
            .union(held.withColumn("held", functions.lit(true)));
    MultiLayerConfiguration network = SparkTests.network(new Adam(0.01));
    TrainingConfig config = config().epochs(3).build();
    assertThat(
            fit(config, network, all, COLUMNS.withValidationIndicator("held")).parametersSha256())
        .isEqualTo(fit(config, network, training, COLUMNS).parametersSha256());
  }

  @Test
  void aRegressionLearns() {
    Random random = new Random(1);
    List<Row> rows =
        IntStream.range(0, 200)
            .mapToObj(
                i -> {
                  double[] x = random.doubles(2, -1, 1).toArray();
                  return RowFactory.create(Vectors.dense(x), 2 * x[0] - x[1] + 0.5);
                })
            .toList();
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(0.02))
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(8).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(8)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, SparkTests.schema());
    TrainingResult result = fit(config().epochs(40).build(), network, data, COLUMNS);
    assertThat(last(result)).isLessThan(0.1 * first(result));
  }

  @Test
  void sequencesOfUnequalLengthsLearn() {
    DataType steps = DataTypes.createArrayType(DataTypes.DoubleType);
    StructType schema =
        new StructType()
            .add("features", steps)
            .add("label", DataTypes.createArrayType(DataTypes.IntegerType));
    Random random = new Random(1);
    List<Row> rows =
        IntStream.range(0, 120)
            .mapToObj(
                i -> {
                  List<Double> x = random.doubles(1 + i % 5, -1, 1).boxed().toList();
                  List<Integer> positive = x.stream().map(value -> value > 0 ? 1 : 0).toList();
                  return RowFactory.create(seq(x), seq(positive));
                })
            .toList();
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(0.02))
            .list()
            .layer(new LSTM.Builder().nIn(1).nOut(4).activation(Activation.TANH).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(4)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, schema);
    TrainingResult result =
        fit(config().quantizer(Quantizer.NONE).epochs(30).build(), network, data, COLUMNS);
    assertThat(last(result)).isLessThan(0.5 * first(result));
  }

  private static Object seq(List<?> values) {
    return JavaConverters.asScalaBuffer(values).toSeq();
  }

  private static double first(TrainingResult result) {
    return result.lossPerEpoch().get(0);
  }

  private static double last(TrainingResult result) {
    return result.lossPerEpoch().get(result.lossPerEpoch().size() - 1);
  }

  private static float[] parameters(TrainingResult result) {
    return result.snapshot().parameters();
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder().workers(2).batchSize(16);
  }

  private static TrainingResult fit(
      TrainingConfig config,
      MultiLayerConfiguration network,
      Dataset<Row> data,
      ColumnBinding columns) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of())
        .fit(NetworkSnapshot.initial(network), data, columns);
  }
}
