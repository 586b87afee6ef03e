// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sparkstrom.ml.explain.Explained.base;
import static org.sparkstrom.ml.explain.Explained.rSquared;
import static org.sparkstrom.ml.explain.Explained.values;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.sparkstrom.ml.ParallelPostFit;
import org.sparkstrom.ml.TestSpark;
import org.sparkstrom.spark.network.NetworkSnapshot;

class KernelShapTest {

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private static double[][] random(int rows, int features, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows)
        .mapToObj(i -> random.doubles(features, -2, 2).toArray())
        .toArray(double[][]::new);
  }

  private static KernelShap shap(Transformer model, double[][] background) {
    return KernelShap.ofFeatures(model, Explained.vectors(background))
        .setInputCol("features")
        .setTargetCol("prediction");
  }

  @Test
  void aLinearModelsValuesAreWeightsTimesDistancesFromTheMean() {
    double[] weights = {1.5, -2, 0, 0.25, 3};
    double[][] background = random(9, 5, 1);
    double[][] rows = random(4, 5, 2);
    double[] means =
        IntStream.range(0, 5)
            .mapToDouble(
                j -> Arrays.stream(background).mapToDouble(b -> b[j]).average().orElseThrow())
            .toArray();
    Transformer model =
        Explained.model(x -> 7 + IntStream.range(0, 5).mapToDouble(j -> weights[j] * x[j]).sum());
    List<Row> explained =
        shap(model, background).transform(Explained.vectors(rows)).collectAsList();
    for (int i = 0; i < rows.length; i++) {
      int row = i;
      double[] expected =
          IntStream.range(0, 5).mapToDouble(j -> weights[j] * (rows[row][j] - means[j])).toArray();
      assertThat(values(explained.get(i), 0)).containsExactly(expected, within(1e-9));
      assertThat(rSquared(explained.get(i), 0)).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void anyFunctionsValuesAreThoseOfTheDefinition() {
    long seed = System.nanoTime();
    double[][] background = random(3, 4, seed);
    double[] row = random(1, 4, seed + 1)[0];
    Explained.Score score = x -> Math.sin(x[0] * x[1]) + Math.max(x[2], x[3]) * x[0];
    Row explained =
        shap(Explained.model(score), background).transform(Explained.vectors(row)).first();
    double[] expected =
        CoalitionsTest.byPermutations(
            4,
            present ->
                Arrays.stream(background)
                    .mapToDouble(
                        b ->
                            score.of(
                                IntStream.range(0, 4)
                                    .mapToDouble(j -> present.get(j) ? row[j] : b[j])
                                    .toArray()))
                    .average()
                    .orElseThrow());
    assertThat(values(explained, 0)).as("seed " + seed).containsExactly(expected, within(1e-9));
  }

  @Test
  void symmetricFeaturesAreEqualAndUnusedOnesZero() {
    Transformer model = Explained.model(x -> Math.exp(x[0] * x[1]) + x[3]);
    double[] row = {0.5, 0.5, 9, -1};
    Row explained =
        shap(model, new double[][] {{0.1, 0.1, 3, 2}, {-1, -1, 4, 0}})
            .transform(Explained.vectors(row))
            .first();
    assertThat(values(explained, 0)[0]).isCloseTo(values(explained, 0)[1], within(1e-9));
    assertThat(values(explained, 0)[0]).isNotCloseTo(0, within(0.01));
    assertThat(values(explained, 0)[2]).isCloseTo(0, within(1e-9));
    assertThat(values(explained, 0)[3]).isCloseTo(-2, within(1e-9));
  }

  /**
   * The values of KernelExplainer of shap 0.51.0 (Python, numpy, nsamples 1000, l1_reg 0) for the
   * network, background and rows that are made here by the same formulas.
   */
  @Test
  void aNetworksValuesAreThoseOfTheShapPackage() {
    double[][][] expected = {
      {
        {-0.002066714915, -0.045894869605, 0.450261605871, -0.246841149123, 0.064578583512},
        {-0.027454349348, -0.103793260229, -0.219019918699, 0.244248315080, 0.001722362689},
        {0.029521064262, 0.149688129834, -0.231241687172, 0.002592834043, -0.066300946201}
      },
      {
        {-0.029694566585, -0.054351894650, 0.037699029555, -0.293758588466, 0.043828146531},
        {0.048097825587, 0.095750034898, -0.049745605706, 0.352478456968, 0.058613133335},
        {-0.018403259002, -0.041398140249, 0.012046576151, -0.058719868502, -0.102441279866}
      },
      {
        {0.054294684683, -0.184966683407, -0.378873647425, 0.008176003657, 0.087516699407},
        {-0.037804781024, 0.331939862209, 0.285261476865, -0.006288279405, 0.035868138961},
        {-0.016489903659, -0.146973178802, 0.093612170560, -0.001887724252, -0.123384838368}
      }
    };
    double[] means = {0.519418264341, 0.265188392489, 0.215393343169};
    Transformer model =
        ParallelPostFit.ofFunction(
                batch ->
                    batch.stream()
                        .map(row -> RowFactory.create((Object) network(row.<Vector>getAs(0))))
                        .toList())
            .setInputCols("features")
            .setOutputSchema("probability array<double>");
    double[][] background = made(8, (r, i) -> Math.sin(1 + r * r + 5 * i));
    double[][] rows = made(3, (r, i) -> 2 * Math.cos(1 + r + 3 * i * i));
    List<Row> explained =
        shap(model, background)
            .setTargetCol("probability")
            .setTargetClasses(2, 0)
            .transform(Explained.vectors(rows))
            .collectAsList();
    for (int r = 0; r < 3; r++) {
      assertThat(values(explained.get(r), 0)).containsExactly(expected[r][2], within(1e-9));
      assertThat(values(explained.get(r), 1)).containsExactly(expected[r][0], within(1e-9));
      assertThat(base(explained.get(r), 0)).isCloseTo(means[2], within(1e-9));
      assertThat(base(explained.get(r), 1)).isCloseTo(means[0], within(1e-9));
    }
  }

  private interface Formula {
    double of(int row, int column);
  }

  private static double[][] made(int rows, Formula formula) {
    double[][] result = new double[rows][5];
    for (int r = 0; r < rows; r++) {
      int row = r;
      Arrays.setAll(result[r], i -> formula.of(row, i));
    }
    return result;
  }

  private static Double[] network(Vector x) {
    double[] hidden = new double[6];
    for (int j = 0; j < 6; j++) {
      int unit = j;
      hidden[j] =
          Math.tanh(
              Math.cos(j)
                  + IntStream.range(0, 5)
                      .mapToDouble(i -> x.apply(i) * Math.sin((i + 1) * (unit + 2)))
                      .sum());
    }
    double[] exponents = new double[3];
    for (int j = 0; j < 3; j++) {
      int unit = j;
      exponents[j] =
          Math.exp(
              0.1 * j
                  + IntStream.range(0, 6)
                      .mapToDouble(i -> hidden[i] * Math.cos((i + 1) * (unit + 3)))
                      .sum());
    }
    double sum = Arrays.stream(exponents).sum();
    return Arrays.stream(exponents).mapToObj(e -> e / sum).toArray(Double[]::new);
  }

  @Test
  void valuesOfANetworkSumUpToWhatItSaysAboveItsMean() {
    int features = 20;
    NetworkSnapshot network =
        NetworkSnapshot.initial(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(features)
                        .nOut(16)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(16)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    ParallelPostFit model =
        ParallelPostFit.ofNetwork(network)
            .setInputCols("features")
            .setOutputSchema("probability array<float>");
    Dataset<Row> background = Explained.vectors(random(6, features, 4));
    Dataset<Row> rows = Explained.vectors(random(5, features, 5)).repartition(2);
    List<Row> explained =
        KernelShap.ofFeatures(model, background)
            .setInputCol("features")
            .setNumSamples(200)
            .transform(rows)
            .collectAsList();
    List<Row> scored = model.transform(rows).collectAsList();
    List<Row> scoredBackground = model.transform(background).collectAsList();
    assertThat(explained).hasSize(5);
    for (int i = 0; i < explained.size(); i++) {
      assertThat(explained.get(i).getLong(0)).isEqualTo(scored.get(i).getLong(0));
      for (int target = 0; target < 3; target++) {
        int t = target;
        double mean =
            scoredBackground.stream()
                .mapToDouble(row -> ((Number) row.getList(2).get(t)).doubleValue())
                .average()
                .orElseThrow();
        double said = ((Number) scored.get(i).getList(2).get(t)).doubleValue();
        assertThat(base(explained.get(i), t)).isCloseTo(mean, within(1e-6));
        assertThat(base(explained.get(i), t) + Arrays.stream(values(explained.get(i), t)).sum())
            .isCloseTo(said, within(1e-6));
      }
    }
  }

  @Test
  void columnsOfAnyTypeAreFeaturesOfAPipeline() {
    Dataset<Row> data =
        Explained.table(
            "id LONG, colour STRING, Size DOUBLE, used BOOLEAN, label DOUBLE",
            new Object[] {0L, "red", 1.0, true, 1.0},
            new Object[] {1L, "blue", 2.0, false, 0.0},
            new Object[] {2L, "red", 3.0, false, 1.0},
            new Object[] {3L, "green", 4.0, true, 0.0});
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("colour").setOutputCol("index"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"index", "Size", "used"})
                      .setOutputCol("features"),
                  new LogisticRegression().setRegParam(0.1)
                })
            .fit(data);
    Dataset<Row> explained =
        KernelShap.ofFeatures(model, data)
            .setInputCols("colour", "Size", "used")
            .setTargetClasses(1)
            .transform(data);
    assertThat(explained.columns())
        .containsExactly(
            "id",
            "colour",
            "Size",
            "used",
            "label",
            "explanation",
            "explanationBase",
            "explanationRSquared");
    List<Row> scored = model.transform(data).collectAsList();
    List<Row> rows = explained.collectAsList();
    for (int i = 0; i < 4; i++) {
      assertThat(rows.get(i).getString(1)).isEqualTo(scored.get(i).getString(1));
      assertThat(base(rows.get(i), 0) + Arrays.stream(values(rows.get(i), 0)).sum())
          .isCloseTo(scored.get(i).<Vector>getAs("probability").apply(1), within(1e-9));
    }
  }

  @Test
  void theModelSeesTheOtherColumnsOfTheRow() {
    Dataset<Row> data =
        Explained.table(
            "a DOUBLE, factor DOUBLE", new Object[] {3.0, 10.0}, new Object[] {3.0, 100.0});
    List<Row> rows =
        KernelShap.ofFeatures(
                Explained.sql("a * factor"), data.limit(1).withColumn("a", functions.lit(1.0)))
            .setInputCols("a")
            .setTargetCol("prediction")
            .transform(data)
            .collectAsList();
    assertThat(values(rows.get(0), 0)).containsExactly(20.0);
    assertThat(base(rows.get(0), 0)).isEqualTo(10);
    assertThat(values(rows.get(1), 0)).containsExactly(200.0);
    assertThat(rSquared(rows.get(1), 0)).isEqualTo(1);
  }

  @Test
  void sparseVectorsAndArraysGiveWhatDenseVectorsGive() {
    Transformer model = Explained.model(x -> x[0] * x[1] + x[2]);
    KernelShap shap = shap(model, new double[][] {{1, 2, 3}, {0, 1, 0}});
    double[] row = {0, 4, 0};
    double[] dense = values(shap.transform(Explained.vectors(row)).first(), 0);
    Dataset<Row> sparse =
        TestSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(0L, Vectors.dense(row).toSparse())), Explained.VECTORS);
    Row explained = shap.transform(sparse).first();
    assertThat(values(explained, 0)).isEqualTo(dense);
    assertThat(explained.<Vector>getAs("features"))
        .isEqualTo(Vectors.sparse(3, new int[] {1}, new double[] {4}));
    Dataset<Row> arrays =
        Explained.table("features ARRAY<DOUBLE>", new Object[] {new Double[] {0.0, 4.0, 0.0}});
    assertThat(
            values(
                KernelShap.ofFeatures(
                        Explained.sql("features[0] * features[1] + features[2]"),
                        Explained.vectors(new double[][] {{1, 2, 3}, {0, 1, 0}}))
                    .setInputCol("features")
                    .setTargetCol("prediction")
                    .transform(arrays)
                    .first(),
                0))
        .isEqualTo(dense);
  }

  @Test
  void aRowsExplanationDependsNeitherOnTheOthersNorOnPartitions() {
    Transformer model = Explained.model(x -> Math.sin(Arrays.stream(x).sum()) * x[3]);
    KernelShap shap = shap(model, random(2, 14, 7)).setNumSamples(60);
    Dataset<Row> rows = Explained.vectors(random(7, 14, 8));
    List<Row> one = shap.transform(rows).sort("id").collectAsList();
    List<Row> many = shap.transform(rows.repartition(5)).sort("id").collectAsList();
    assertThat(many).isEqualTo(one).hasSize(7);
    assertThat(shap.transform(rows.where("id = 4")).first()).isEqualTo(one.get(4));
    assertThat(shap.setSeed(2).transform(rows).first()).isNotEqualTo(one.get(0));
  }

  @Test
  void nothingRunsBeforeAnActionAndNoRowsGiveNoRows() {
    Transformer model =
        Explained.model(
            x -> {
              throw new IllegalStateException("asked");
            });
    KernelShap shap = shap(model, new double[][] {{1, 2}});
    Dataset<Row> explained = shap.transform(Explained.vectors(new double[] {3, 4}));
    assertThat(explained.schema())
        .isEqualTo(shap.transformSchema(Explained.vectors(new double[] {3, 4}).schema()));
    assertThat(shap.transform(Explained.vectors().repartition(3)).collectAsList()).isEmpty();
  }

  @Test
  void wordsAreWorthWhatTheyAddToTheText() {
    Transformer model =
        Explained.sql(
            "IF(text LIKE '%good%', 2.0D, 0.0D) - IF(text LIKE '%bad%', 1.0D, 0.0D) + LENGTH(text) * 0.0D");
    Dataset<Row> data =
        Explained.table(
            "text STRING",
            new Object[] {"a good, not bad film"},
            new Object[] {"good"},
            new Object[] {"¿Über?"});
    List<Row> rows =
        KernelShap.ofWords(model)
            .setInputCol("text")
            .setTargetCol("prediction")
            .transform(data)
            .collectAsList();
    assertThat(rows.get(0).<String>getList(rows.get(0).fieldIndex("explanationParts")))
        .containsExactly("a", "good", "not", "bad", "film");
    assertThat(values(rows.get(0), 0)).containsExactly(new double[] {0, 2, 0, -1, 0}, within(1e-9));
    assertThat(values(rows.get(1), 0)).containsExactly(2.0);
    assertThat(rows.get(2).<String>getList(rows.get(2).fieldIndex("explanationParts")))
        .containsExactly("Über");
  }

  @Test
  void aPatchOfAnImageIsWorthItsPixels() {
    // Channel 1 of a 4 x 6 image: the pixel (1, 5), in the second patch of the first row
    int pixel = (4 + 1) * 6 + 5;
    Transformer model = Explained.model(x -> 10 * x[pixel]);
    double[] image = new double[2 * 4 * 6];
    image[pixel] = 1;
    Row row =
        KernelShap.ofPatches(model)
            .setInputCol("features")
            .setTargetCol("prediction")
            .setImageHeight(4)
            .setImageWidth(6)
            .setImageChannels(2)
            .setPatchSize(3)
            .transform(Explained.vectors(image))
            .first();
    // An absent patch has its mean, of nine pixels
    assertThat(values(row, 0)).containsExactly(new double[] {0, 10 - 10 / 9.0, 0, 0}, within(1e-9));
    assertThat(base(row, 0)).isCloseTo(10 / 9.0, within(1e-9));
  }
}
