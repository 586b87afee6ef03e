// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import scala.collection.Seq;

/** What {@link NetworkEstimator} trains, and what its models append. */
class NetworkEstimatorTest {

  private static final int ROWS = 48;
  private static final int EPOCHS = 20;

  private static Dataset<Row> pairs;

  @BeforeAll
  static void makeData() {
    pairs = EstimatorData.pairs(ROWS).cache();
  }

  /** Each epoch is one batch of all rows, so that all three see the same batches. */
  @Test
  void aGraphOfTwoInputsAndTwoOutputsIsTrainedAsDl4jTrainsIt() {
    ComputationGraph plain = new ComputationGraph(EstimatorData.graph(new Sgd(0.1)));
    plain.init();
    float[] before = plain.params().dup().data().asFloat();
    MultiDataSet batch = batch();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      plain.fit(batch);
    }
    NetworkEstimator estimator = EstimatorData.ofPairs(new Sgd(0.1)).setMaxIter(EPOCHS);
    NetworkModel one = estimator.setBatchSize(ROWS).fit(pairs);
    NetworkModel two = estimator.setWorkers(2).setBatchSize(ROWS / 2).fit(pairs);

    float[] expected = plain.params().dup().data().asFloat();
    assertThat(distance(expected, before)).isGreaterThan(0.1);
    assertThat(distance(one.snapshot().parameters(), expected)).isLessThan(1e-5);
    assertThat(distance(two.snapshot().parameters(), expected)).isLessThan(1e-5);
    assertThat(two.summary().orElseThrow().workers()).isEqualTo(2);

    INDArray[] outputs = plain.output(batch.getFeatures());
    List<Row> rows = one.transform(pairs).collectAsList();
    for (int row = 0; row < ROWS; row++) {
      Vector kind = rows.get(row).getAs("kind_prediction");
      for (int i = 0; i < EstimatorData.KINDS; i++) {
        assertThat(kind.apply(i)).isCloseTo(outputs[0].getDouble(row, i), within(1e-5));
      }
      assertThat(rows.get(row).<Double>getAs("kind_prediction_class"))
          .isEqualTo((double) kind.argmax());
      assertThat(rows.get(row).<Vector>getAs("place_prediction").apply(1))
          .isCloseTo(outputs[1].getDouble(row, 1), within(1e-5));
    }
    plain.close();
  }

  private static MultiDataSet batch() {
    float[][] left = new float[ROWS][];
    float[][] right = new float[ROWS][];
    float[][] kind = new float[ROWS][EstimatorData.KINDS];
    float[][] place = new float[ROWS][];
    List<Row> rows = pairs.collectAsList();
    for (int i = 0; i < ROWS; i++) {
      left[i] = PostFitData.floats(rows.get(i).getAs("left"));
      right[i] = PostFitData.floats(rows.get(i).getAs("right"));
      kind[i][(int) rows.get(i).<Double>getAs("kind").doubleValue()] = 1;
      place[i] = PostFitData.floats(rows.get(i).getAs("place"));
    }
    return new MultiDataSet(
        new INDArray[] {Nd4j.createFromArray(left), Nd4j.createFromArray(right)},
        new INDArray[] {Nd4j.createFromArray(kind), Nd4j.createFromArray(place)});
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  @Test
  void theSchemaIsTheOneThatTransformSchemaTells() {
    NetworkModel model = EstimatorData.model().setOutputCols("a.b", "Where");
    Dataset<Row> result = model.transform(pairs);
    StructType schema = model.transformSchema(pairs.schema());
    assertThat(result.schema()).isEqualTo(schema);
    assertThat(schema.fieldNames()).endsWith("held", "a.b", "a.b_class", "Where");
    assertThat(AttributeGroup.fromStructField(schema.apply("Where")).size())
        .isEqualTo(EstimatorData.PLACES);
    NetworkEstimator estimator = EstimatorData.ofPairs(new Sgd(0.1)).setOutputCols("a.b", "Where");
    assertThat(estimator.transformSchema(pairs.schema())).isEqualTo(schema);
  }

  @Test
  void severalLabelsOfARowAreLearnedAtOnce() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      double[] x = random.doubles(4, -1, 1).toArray();
      rows.add(
          RowFactory.create(
              Vectors.dense(x),
              Vectors.dense(x[0] > 0 ? 1 : 0, x[1] > x[2] ? 1 : 0, x[3] < 0.4 ? 1 : 0)));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", SQLDataTypes.VectorType());
    Dataset<Row> data = TestSpark.session().createDataFrame(rows, schema).coalesce(2);
    NetworkModel model =
        new NetworkEstimator()
            .setConfiguration(
                EstimatorData.layers(
                    0.03,
                    EstimatorData.dense(4, 16),
                    EstimatorData.output(LossFunction.XENT, Activation.SIGMOID, 16, 3)))
            .setWorkers(2)
            .setBatchSize(16)
            .setMaxIter(25)
            .setQuantizer("none")
            .fit(data);
    int right = 0;
    for (Row row : model.transform(data).collectAsList()) {
      double[] truth = row.<Vector>getAs("label").toArray();
      double[] predicted = row.<Vector>getAs("prediction").toArray();
      assertThat(predicted).hasSize(3);
      for (int i = 0; i < 3; i++) {
        right += (predicted[i] > 0.5) == (truth[i] == 1) ? 1 : 0;
      }
    }
    assertThat(right / (3.0 * rows.size())).isGreaterThan(0.9);
  }

  @Test
  void stepsOfUnequalSequencesAreLearnedAndPaddingChangesNothing() {
    Dataset<Row> walks = EstimatorData.walks(100).cache();
    NetworkModel model =
        new NetworkEstimator()
            .setConfiguration(EstimatorData.recurrent())
            .setWorkers(1)
            .setBatchSize(10)
            .setMaxIter(20)
            .setQuantizer("none")
            .setClassWeights(1, 1.5)
            .fit(walks);
    List<Row> together = model.transform(walks).collectAsList();
    List<Row> alone = model.setPredictionBatchSize(1).transform(walks).collectAsList();
    RowComparison.assertClose(together, alone);
    int steps = 0;
    int right = 0;
    for (Row row : together) {
      List<Double> classes = row.getList(row.fieldIndex("prediction_class"));
      List<Integer> truth = row.getList(row.fieldIndex("label"));
      List<Seq<Double>> probabilities = row.getList(row.fieldIndex("prediction"));
      assertThat(classes).hasSameSizeAs(truth);
      assertThat(probabilities).hasSameSizeAs(truth);
      for (int step = 0; step < truth.size(); step++) {
        Seq<Double> p = probabilities.get(step);
        assertThat(p.apply(0) + p.apply(1)).isCloseTo(1, within(1e-5));
        right += classes.get(step).intValue() == truth.get(step) ? 1 : 0;
        steps++;
      }
    }
    assertThat((double) right / steps).isGreaterThan(0.9);
  }

  @Test
  void anAutoencoderLearnsToGiveItsFeaturesBack() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      rows.add(RowFactory.create(Vectors.dense(a, b, 0.5 * (a + b), 0.5 * (a - b))));
    }
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(rows, new StructType().add("features", SQLDataTypes.VectorType()))
            .coalesce(2)
            .cache();
    NetworkEstimator estimator =
        new NetworkEstimator()
            .setConfiguration(
                EstimatorData.layers(
                    0.02,
                    EstimatorData.dense(4, 2),
                    EstimatorData.output(LossFunction.MSE, Activation.IDENTITY, 2, 4)))
            .setLabelCols("features")
            .setOutputCols("again")
            .setWorkers(2)
            .setBatchSize(20)
            .setQuantizer("none");
    NetworkModel early = estimator.setMaxIter(1).fit(data);
    NetworkModel late = estimator.setMaxIter(30).fit(data);
    assertThat(reconstructionError(late, data)).isLessThan(0.3 * reconstructionError(early, data));
  }

  private static double reconstructionError(NetworkModel model, Dataset<Row> data) {
    return model.transform(data).collectAsList().stream()
        .mapToDouble(row -> Vectors.sqdist(row.getAs("features"), row.getAs("again")))
        .sum();
  }

  @Test
  void dl4jReadsTheGraphOfASavedModelAndCopiesPredictTheSame(@TempDir Path folder)
      throws Exception {
    NetworkModel model = EstimatorData.ofPairs(new Adam(0.01)).setMaxIter(1).fit(pairs);
    model.save(folder.resolve("model").toString());
    ComputationGraph graph =
        ComputationGraph.load(folder.resolve("model/data/network.zip").toFile(), true);
    assertThat(graph.params().dup().data().asFloat()).isEqualTo(model.snapshot().parameters());
    graph.close();

    NetworkModel loaded = NetworkModel.load(folder.resolve("model").toString());
    List<Row> expected = model.transform(pairs).collectAsList();
    assertThat(loaded.transform(pairs).collectAsList()).isEqualTo(expected);
    assertThat(loaded.summary().orElseThrow().lossPerEpoch())
        .isEqualTo(model.summary().orElseThrow().lossPerEpoch());
    assertThat(loaded.snapshot().updaterState()).isEqualTo(model.snapshot().updaterState());
    assertThat(loaded.modelDescription())
        .isEqualTo(
            "inputs 'left' (vector of 3), 'right' (vector of 2) and the outputs 'kind' (vector of 3,"
                + " labels are class indices), 'place' (vector of 2)");
    NetworkModel copy = model.copy(ParamMap.empty());
    assertThat(copy.snapshot()).isSameAs(model.snapshot());
    assertThat(copy.transform(pairs).collectAsList()).isEqualTo(expected);
  }

  @Test
  void aFitGoesOnFromItsCheckpointAndFromAModel(@TempDir Path folder) {
    NetworkEstimator estimator = EstimatorData.ofPairs(new Adam(0.01)).setBatchSize(16);
    NetworkModel whole = estimator.setMaxIter(4).fit(pairs);
    NetworkEstimator saving = estimator.copy(ParamMap.empty());
    saving.setCheckpointDir(folder.toUri().toString()).setMaxIter(2).fit(pairs);
    NetworkModel resumed = saving.setMaxIter(4).fit(pairs);
    assertThat(resumed.snapshot().parametersSha256())
        .isEqualTo(whole.snapshot().parametersSha256());
    assertThat(resumed.summary().orElseThrow().rows()).isEqualTo(2L * ROWS);

    NetworkEstimator further = estimator.copy(ParamMap.empty());
    further.clear(further.configuration());
    NetworkModel more = further.setInitialModel(whole).setMaxIter(1).fit(pairs);
    assertThat(more.snapshot().epoch()).isEqualTo(5);
    assertThat(more.graph().getConfiguration().getNetworkOutputs())
        .containsExactly("kind", "place");
  }

  @Test
  void rowsForValidationAreMeasuredByOutputAndEndTheFit() {
    NetworkModel model =
        EstimatorData.ofPairs(new Adam(0.02))
            .setBatchSize(16)
            .setMaxIter(60)
            .setValidationIndicatorCol("held")
            .setEarlyStoppingMetric("place/mse")
            .setEarlyStoppingTarget(0.3)
            .fit(pairs);
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.lossPerEpoch()).hasSizeBetween(1, 59);
    assertThat(summary.validationPerEpoch())
        .allSatisfy(
            figures ->
                assertThat(figures)
                    .containsOnlyKeys("loss", "kind/accuracy", "place/mse", "place/mae"));
  }

  @Test
  void aWeightOfTwoIsARowTwice() {
    Dataset<Row> weighted = pairs.selectExpr("*", "IF(held, 2, 1) AS weight");
    Dataset<Row> twice = pairs.union(pairs.filter("held")).coalesce(1);
    NetworkEstimator estimator =
        EstimatorData.ofPairs(new Sgd(0.1)).setBatchSize(2 * ROWS).setMaxIter(5);
    float[] expected = estimator.fit(twice).snapshot().parameters();
    float[] actual = estimator.setWeightCol("weight").fit(weighted).snapshot().parameters();
    assertThat(distance(actual, expected)).isLessThan(1e-5);
  }

  @Test
  void invalidFeaturesAreHandledAsThePolicySays() {
    Dataset<Row> holes =
        pairs.selectExpr("id", "left", "IF(id = 3, NULL, right) AS right", "kind", "place");
    NetworkModel model = EstimatorData.model();
    assertThat(model.setHandleInvalid("skip").transform(holes).count()).isEqualTo(ROWS - 1);
    assertThat(model.setHandleInvalid("keep").transform(holes).count()).isEqualTo(ROWS);
    NetworkEstimator estimator = EstimatorData.ofPairs(new Sgd(0.1)).setMaxIter(1);
    TrainingSummary summary =
        estimator.setHandleInvalid("skip").setBatchSize(ROWS).fit(holes).summary().orElseThrow();
    assertThat(summary.rows()).isEqualTo(ROWS - 1);
  }
}
