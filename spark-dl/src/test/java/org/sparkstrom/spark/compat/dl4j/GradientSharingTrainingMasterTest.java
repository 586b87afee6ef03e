// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.ResumePolicy;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.EarlyStopping;
import org.sparkstrom.spark.training.FitCare;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingEvent;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class GradientSharingTrainingMasterTest {

  private static final int PIXELS = 64;
  private static final int DIGITS = 10;
  private static final int EPOCHS = 10;
  private static final int BATCH = 32;

  private static List<DataSet> train;
  private static List<DataSet> test;
  private static JavaSparkContext spark;

  @BeforeAll
  static void readDigits() throws IOException {
    spark = new JavaSparkContext(SparkTests.session().sparkContext());
    train = digits("digits-train.csv");
    test = digits("digits-test.csv");
  }

  @Test
  void aMultiLayerNetworkReachesTheAccuracyOfLocalTraining() {
    MultiLayerNetwork local = new MultiLayerNetwork(layers());
    local.init();
    local.fit(new ListDataSetIterator<>(DataSet.merge(train).asList(), 2 * BATCH), EPOCHS);
    double expected = accuracy(local);
    assertThat(expected).isGreaterThan(0.9);

    GradientSharingTrainingMaster master = master();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, layers(), master);
    network.setCollectTrainingStats(true);
    JavaRDD<DataSet> data = spark.parallelize(train, 3);
    MultiLayerNetwork before = network.getNetwork();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertThat(network.fit(data)).isSameAs(before);
    }
    assertThat(accuracy(network.getNetwork())).isGreaterThan(expected - 0.03);
    assertThat(network.getNetwork().getEpochCount()).isEqualTo(EPOCHS);
    assertThat(network.getNetwork().getIterationCount()).isEqualTo(EPOCHS * 23);
    assertThat(network.getScore()).isBetween(0.0, 0.5);
    assertThat(network.evaluate(spark.parallelize(test, 2)).accuracy())
        .isEqualTo(accuracy(network.getNetwork()));
    assertThat(network.getSparkTrainingStats().getValue("FitTimesMs")).hasSize(EPOCHS);
    assertThat(master.deleteTempFiles(spark)).isTrue();
  }

  @Test
  void callsOfOneEpochEqualOneOfAsMany() {
    JavaRDD<DataSet> data = spark.parallelize(train, 3);
    SparkDl4jMultiLayer once =
        new SparkDl4jMultiLayer(spark, layers(new Sgd(0.1)), master(settings().epochs(3)));
    once.fit(data);
    SparkDl4jMultiLayer often = new SparkDl4jMultiLayer(spark, layers(new Sgd(0.1)), master());
    for (int epoch = 0; epoch < 3; epoch++) {
      often.fit(data);
    }
    assertThat(sha256(often)).isEqualTo(sha256(once));
    assertThat(often.getNetwork().getEpochCount()).isEqualTo(3);
    assertThat(once.getNetwork().getEpochCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = ResumePolicy.class,
      names = {"NEVER", "LATEST"})
  void aProgramThatWasKilledRepeatsItsCallsAndEndsAsIfItHadNotBeen(
      ResumePolicy policy, @TempDir Path folder) {
    JavaRDD<DataSet> data = spark.parallelize(train, 3);
    SparkDl4jMultiLayer whole = withCheckpoints(folder.resolve("whole"), 4, policy, event -> {});
    whole.fit(data);
    Path parts = folder.resolve("parts");
    SparkDl4jMultiLayer killed = withCheckpoints(parts, 1, policy, event -> {});
    killed.fit(data);
    killed.fit(data);

    List<Long> rounds = new ArrayList<>();
    SparkDl4jMultiLayer again =
        withCheckpoints(
            parts,
            1,
            ResumePolicy.LATEST,
            event -> {
              if (event instanceof TrainingEvent.Completed completed) {
                rounds.add(completed.result().rounds());
              }
            });
    List<Integer> epochs = new ArrayList<>();
    for (int call = 0; call < 4; call++) {
      again.fit(data);
      epochs.add(again.getNetwork().getEpochCount());
    }
    assertThat(epochs).containsExactly(2, 2, 3, 4);
    assertThat(rounds).as("of calls that had anything to do").containsExactly(0L, 23L, 23L);
    assertThat(sha256(again)).isEqualTo(sha256(whole));
    assertThat(again.getScore()).isEqualTo(whole.getScore());
  }

  @Test
  void aCallThatGaveBackAnEarlierBestNetworkIsFollowedByOneThatGoesOn(@TempDir Path folder) {
    JavaRDD<DataSet> data = spark.parallelize(train, 3);
    SparkDl4jMultiLayer whole = worseInItsThirdEpoch(folder.resolve("whole"), 6);
    whole.fit(data);
    assertThat(whole.getNetwork().getEpochCount()).isEqualTo(6);

    SparkDl4jMultiLayer parts = worseInItsThirdEpoch(folder.resolve("parts"), 3);
    parts.fit(data);
    assertThat(parts.getNetwork().getEpochCount()).as("the best").isEqualTo(2);
    parts.fit(data);

    assertThat(parts.getNetwork().getEpochCount()).isEqualTo(6);
    assertThat(sha256(parts)).isEqualTo(sha256(whole));
  }

  /** A network that climbs the slope of its loss in its third epoch. */
  private SparkDl4jMultiLayer worseInItsThirdEpoch(Path directory, int epochs) {
    FitCare care =
        FitCare.DEFAULT
            .with(CheckpointConfig.in(directory.toUri().toString()))
            .with(EarlyStopping.on("loss", epochs))
            .withValidationFraction(0.2);
    Sgd updater = new Sgd(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.1, 2, -0.1, 3, 0.1)));
    return new SparkDl4jMultiLayer(
        spark, layers(updater), master(settings().epochs(epochs).care(care)));
  }

  private SparkDl4jMultiLayer withCheckpoints(
      Path directory,
      int epochs,
      ResumePolicy policy,
      org.sparkstrom.spark.training.TrainingListener listener) {
    CheckpointConfig checkpoints =
        CheckpointConfig.in(directory.toUri().toString()).withResume(policy);
    TrainingConfig.Builder settings =
        settings()
            .epochs(epochs)
            .quantizer(Quantizer.THRESHOLD)
            .thresholdPolicy(new TargetDensity(0.1, 20, -8))
            .care(FitCare.DEFAULT.with(checkpoints));
    return new SparkDl4jMultiLayer(
        spark, layers(), new GradientSharingTrainingMaster(settings, List.of(listener)));
  }

  private static String sha256(SparkDl4jMultiLayer network) {
    return NetworkSnapshot.of(network.getNetwork()).parametersSha256();
  }

  @Test
  void aGraphLearnsFromBothKindsOfBatches() {
    SparkComputationGraph network = new SparkComputationGraph(spark, graph(), master());
    JavaRDD<DataSet> data = spark.parallelize(train, 2);
    JavaRDD<MultiDataSet> multi = data.map(DataSet::toMultiDataSet);
    for (int epoch = 0; epoch < EPOCHS; epoch += 2) {
      network.fit(data);
      network.fitMultiDataSet(multi);
    }
    ComputationGraph fitted = network.getNetwork();
    assertThat(fitted.getEpochCount()).isEqualTo(EPOCHS);
    assertThat(network.evaluate(spark.parallelize(test, 2)).accuracy()).isGreaterThan(0.88);
  }

  @Test
  void aGraphWithSequencesMasksAndTwoOutputsLearnsWhatDl4jLearns() {
    ComputationGraphConfiguration configuration = TestNetworks.graph(new Sgd(0.1));
    MultiDataSet batch = TestNetworks.graphBatch(2 * BATCH, 5);
    ComputationGraph local = new ComputationGraph(configuration.clone());
    local.init();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      local.fit(batch);
    }
    SparkComputationGraph network =
        new SparkComputationGraph(spark, configuration, master(settings().epochs(EPOCHS)));
    INDArray before = network.getNetwork().params().dup();
    network.fitMultiDataSet(spark.parallelize(List.of(batch), 1));
    assertThat(difference(network.getNetwork().params(), before)).isGreaterThan(0.005);
    assertThat(difference(network.getNetwork().params(), local.params())).isLessThan(1e-5);
  }

  @Test
  void sequencesWithMasksOfFeaturesAndLabelsTeachWhatDl4jLearns() {
    Random random = new Random(6);
    int rows = 2 * BATCH;
    INDArray mask = TestNetworks.lengths(random, rows, 5);
    INDArray labels = TestNetworks.classes(random, rows * 5, 3).reshape(rows, 5, 3);
    DataSet batch =
        new DataSet(
            TestNetworks.values(random, rows, 3, 5),
            labels.permute(0, 2, 1).dup('c'),
            mask,
            mask.dup());
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Sgd(0.1))
            .list()
            .layer(new LSTM.Builder().nIn(3).nOut(6).build())
            .layer(TestNetworks.rnnSoftmax(6, 3))
            .build();
    MultiLayerNetwork local = new MultiLayerNetwork(configuration.clone());
    local.init();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      local.fit(batch);
    }
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(spark, configuration, master(settings().epochs(EPOCHS)));
    INDArray before = network.getNetwork().params().dup();
    network.fit(spark.parallelize(List.of(batch), 1));
    assertThat(difference(network.getNetwork().params(), before)).isGreaterThan(0.005);
    assertThat(difference(network.getNetwork().params(), local.params())).isLessThan(1e-5);
  }

  @Test
  void aMaskOfRowsIsTheirWeightAndRowsOfWeightZeroTeachNothing() {
    DataSet all = train.get(0).copy();
    INDArray mask = Nd4j.ones(all.numExamples(), 1);
    List<DataSet> counting = new ArrayList<>();
    for (int row = 0; row < all.numExamples(); row++) {
      if (row % 4 == 0) {
        mask.putScalar(row, 0, 0);
      } else {
        counting.add(all.get(row));
      }
    }
    all.setLabelsMaskArray(mask);
    MultiLayerNetwork local = new MultiLayerNetwork(layers(new Sgd(0.1)));
    local.init();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      local.fit(DataSet.merge(counting));
    }
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark, layers(new Sgd(0.1)), master(settings().workers(1).epochs(EPOCHS)));
    INDArray before = network.getNetwork().params().dup();
    network.fit(spark.parallelize(List.of(all), 1));
    assertThat(difference(network.getNetwork().params(), before)).isGreaterThan(0.005);
    assertThat(difference(network.getNetwork().params(), local.params())).isLessThan(1e-5);
  }

  /** The greatest, over all parameters. */
  private static double difference(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  @Test
  void batchesInFilesAreReadWhereTheyAre(@TempDir Path folder) {
    for (int i = 0; i < train.size(); i++) {
      train.get(i).save(folder.resolve("batch-" + i + ".bin").toFile());
    }
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, layers(), master());
    for (int epoch = 0; epoch < 4; epoch++) {
      network.fit(folder.toUri().toString());
    }
    assertThat(accuracy(network.getNetwork())).isGreaterThan(0.7);
  }

  @Test
  void listenersSeeStartIterationAndEndOfEachCall() {
    List<String> calls = new ArrayList<>();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, layers(), master());
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onEpochStart(Model model) {
            calls.add("start");
          }

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            calls.add("iteration " + iteration + " " + (model.score() > 0));
          }

          @Override
          public void onEpochEnd(Model model) {
            calls.add("end");
          }
        });
    JavaRDD<DataSet> data = spark.parallelize(train, 2);
    network.fit(data);
    network.fit(data);
    assertThat(calls)
        .containsExactly("start", "iteration 23 true", "end", "start", "iteration 46 true", "end");
  }

  @Test
  void labelsThatAreNoClassAreAnErrorThatSaysWhere() {
    INDArray features = Nd4j.rand(4, PIXELS);
    INDArray labels = Nd4j.zeros(4, DIGITS);
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, layers(), master());
    JavaRDD<DataSet> data = spark.parallelize(List.of(new DataSet(features, labels)), 1);
    assertThatThrownBy(() -> network.fit(data))
        .hasStackTraceContaining("labels 0 of a softmax output must be one-hot")
        .hasStackTraceContaining("row 0");
  }

  private static GradientSharingTrainingMaster master() {
    return master(settings());
  }

  private static GradientSharingTrainingMaster master(TrainingConfig.Builder settings) {
    return new GradientSharingTrainingMaster(settings);
  }

  private static TrainingConfig.Builder settings() {
    return TrainingConfig.builder().workers(2).batchSize(BATCH).epochs(1).quantizer(Quantizer.NONE);
  }

  private static MultiLayerConfiguration layers() {
    return layers(new Adam(0.01));
  }

  private static MultiLayerConfiguration layers(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .list()
        .layer(hidden())
        .layer(softmax())
        .build();
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.01))
        .graphBuilder()
        .addInputs("pixels")
        .addLayer("hidden", hidden(), "pixels")
        .addLayer("digit", softmax(), "hidden")
        .setOutputs("digit")
        .build();
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(PIXELS).nOut(48).activation(Activation.RELU).build();
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(48)
        .nOut(DIGITS)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static double accuracy(MultiLayerNetwork network) {
    return network.evaluate(new ListDataSetIterator<>(DataSet.merge(test).asList(), 64)).accuracy();
  }

  private static List<DataSet> digits(String file) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../src-test-data", file));
    List<DataSet> batches = new ArrayList<>();
    for (int from = 1; from < lines.size(); from += BATCH) {
      List<String> rows = lines.subList(from, Math.min(from + BATCH, lines.size()));
      float[][] features = new float[rows.size()][PIXELS];
      float[][] labels = new float[rows.size()][DIGITS];
      for (int row = 0; row < rows.size(); row++) {
        String[] cells = rows.get(row).split(",", -1);
        for (int i = 0; i < PIXELS; i++) {
          features[row][i] = Integer.parseInt(cells[i]) / 16f;
        }
        labels[row][Integer.parseInt(cells[PIXELS])] = 1;
      }
      batches.add(new DataSet(Nd4j.create(features), Nd4j.create(labels)));
    }
    return batches;
  }
}
