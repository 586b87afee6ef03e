// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.ml.NetworkClassificationModel;
import org.sparkstrom.ml.NetworkClassifier;
import org.sparkstrom.ml.TestData;
import org.sparkstrom.ml.TestSpark;

class HyperparameterSearchTest {
  private static final MulticlassClassificationEvaluator ACCURACY =
      new MulticlassClassificationEvaluator().setMetricName("accuracy");

  private static Dataset<Row> clouds;
  private static Dataset<Row> rows;

  private final FakeEstimator fake = new FakeEstimator();

  @BeforeAll
  static void makeData() {
    clouds = TestData.clouds(120).coalesce(1).cache();
    clouds.count();
    rows = TestSpark.session().range(20).toDF();
  }

  private HyperparameterSearch fakes(Double... qualities) {
    return new HyperparameterSearch(
        fake,
        new FakeEstimator.Score(true),
        new SearchSpace().values(fake.quality(), (Object[]) qualities).grid());
  }

  private static double score(HyperparameterSearchModel model) {
    return ((FakeEstimator.Fitted) model.bestModel()).score();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void eachDistinctPrefixOfAPipelineIsFittedOnce(int parallelism) {
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    PCA pca = new PCA().setInputCol("scaled").setOutputCol("few");
    LogisticRegression last = new LogisticRegression().setFeaturesCol("few").setMaxIter(5);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {scaler, pca, last});
    ParamMap[] grid =
        new SearchSpace()
            .values(scaler.withMean(), true, false)
            .values(pca.k(), 2, 3)
            .values(last.regParam(), 0.0, 10.0)
            .grid();

    int before = persisted();
    HyperparameterSearchModel model =
        new HyperparameterSearch(pipeline, ACCURACY, grid)
            .setParallelism(parallelism)
            .setSeed(5)
            .fit(clouds);

    assertThat(model.trials()).hasSize(8);
    assertThat(model.prefixFits()).as("2 scalers, 2 * 2 PCAs").isEqualTo(6);
    assertThat(model.trialFits()).isEqualTo(8);
    assertThat(model.bestModel()).isInstanceOf(PipelineModel.class);
    Dataset<Row>[] parts = clouds.randomSplit(new double[] {0.75, 0.25}, 5);
    for (TrialResult trial : List.of(model.trials().get(0), model.trials().get(7))) {
      double alone =
          ACCURACY.evaluate(pipeline.fit(parts[0], grid[trial.trial()]).transform(parts[1]));
      assertThat(trial.metric()).as("trial %d", trial.trial()).isCloseTo(alone, within(1e-9));
    }
    assertThat(model.transform(clouds).columns()).contains("scaled", "few", "prediction");
    assertThat(persisted()).isEqualTo(before);
  }

  private static int persisted() {
    return TestSpark.session().sparkContext().getPersistentRDDs().size();
  }

  @Test
  void ashaFindsAsGoodANetworkAsTheGridInAQuarterOfTheEpochs(@TempDir Path folder)
      throws Exception {
    Dataset<Row> digits = TestData.digits("train").coalesce(1).cache();
    NetworkClassifier network =
        new NetworkClassifier()
            .setBatchSize(16)
            .setMaxIter(27)
            .setWorkers(1)
            .setQuantizer("none")
            .setSeed(3);
    ParamMap[] grid =
        new SearchSpace()
            .values(network.learningRate(), 1e-5, 1e-4, 1e-3, 1e-2, 1.0)
            .values(
                network.layers(),
                new int[] {64, 10},
                new int[] {64, 16, 10},
                new int[] {64, 48, 10})
            .grid();
    HyperparameterSearch search =
        new HyperparameterSearch(network, ACCURACY, grid).setRefit(false).setParallelism(2);

    HyperparameterSearchModel all = search.fit(digits);
    HyperparameterSearchModel few =
        search
            .copy(ParamMap.empty())
            .setStrategy("asha")
            .setParallelism(1)
            .setCheckpointDir(folder.resolve("trials").toString())
            .fit(digits);

    assertThat(few.best().metric())
        .isGreaterThan(0.9)
        .isGreaterThanOrEqualTo(all.best().metric() - 0.02);
    long ofGrid = 15 * 27;
    assertThat(few.resourceSpent() * 4).as("epochs").isLessThanOrEqualTo(ofGrid);
    // A trial that went on from its checkpoints is the trial that never stopped
    TrialResult last = few.trials().stream().filter(t -> t.rung() == 3).findFirst().orElseThrow();
    assertThat(last.resource()).isEqualTo(27);
    assertThat(last.spent()).isEqualTo(18);
    assertThat(last.metric())
        .isEqualTo(
            all.trials().stream()
                .filter(t -> t.trial() == last.trial())
                .findFirst()
                .orElseThrow()
                .metric());
    HyperparameterSearchModel alone =
        new HyperparameterSearch(
                network.setMaxIter(few.best().resource()),
                ACCURACY,
                new ParamMap[] {grid[few.best().trial()]})
            .setRefit(false)
            .fit(digits);
    assertThat(sha(few)).isEqualTo(sha(alone));
    try (Stream<Path> left = Files.list(folder.resolve("trials"))) {
      assertThat(left).as("checkpoints after the search").isEmpty();
    }
  }

  private static String sha(HyperparameterSearchModel model) {
    return ((NetworkClassificationModel) model.bestModel())
        .summary()
        .orElseThrow()
        .parametersSha256();
  }

  @ParameterizedTest
  @CsvSource({"successive_halving, 9", "asha, 9", "hyperband, 9"})
  void strategiesThatHalveFindTheBestOfKnownCurves(String strategy, int resource) {
    // In no order, the best as number 17
    Double[] qualities =
        IntStream.range(0, 20).mapToObj(i -> 0.05 + 0.04 * (i * 7 % 20)).toArray(Double[]::new);

    HyperparameterSearchModel model =
        fakes(qualities).setStrategy(strategy).setParallelism(2).setRefit(false).fit(rows);

    assertThat(model.best().trial()).isEqualTo(17);
    assertThat(model.best().resource()).isEqualTo(resource);
    assertThat(score(model)).isEqualTo(qualities[17] * 0.9);
    assertThat(model.resourceSpent()).isLessThan(20 * 9L);
  }

  @Test
  void aSmallerMetricIsBetterWhereTheEvaluatorSaysSo() {
    ParamMap[] grid = new SearchSpace().values(fake.quality(), 0.9, 0.1, 0.4).grid();
    HyperparameterSearch search =
        new HyperparameterSearch(fake, new FakeEstimator.Score(false), grid);
    for (String strategy : List.of("exhaustive", "asha")) {
      assertThat(search.setStrategy(strategy).setReductionFactor(2).fit(rows).best().trial())
          .isEqualTo(1);
    }
  }

  @Test
  void theBestIsFittedAgainOnAllRowsWithWhatItWasBestWith() {
    HyperparameterSearchModel model =
        fakes(0.2, 0.6).setStrategy("asha").setMaxResource(4).fit(rows);
    assertThat(score(model)).isCloseTo(0.6 * 0.8, within(1e-12));
    assertThat(model.best().resource()).isEqualTo(4);
  }

  @Test
  void aFailedTrialEndsTheSearchOrIsNoted() {
    assertThatThrownBy(() -> fakes(0.3, -1.0, 0.4).fit(rows))
        .isInstanceOf(SearchFailedException.class)
        .hasMessageContaining("trial 1 with {fake.quality=-1.0} failed: no learning below zero")
        .hasMessageContaining("set onFailure to skip");

    HyperparameterSearchModel model = fakes(0.3, -1.0, 0.4).setOnFailure("skip").fit(rows);

    assertThat(model.best().trial()).isEqualTo(2);
    assertThat(model.trials().get(1).state()).isEqualTo("failed");
    assertThat(model.trials().get(1).message()).contains("no learning below zero");
    assertThatThrownBy(() -> fakes(-1.0).setOnFailure("skip").fit(rows))
        .isInstanceOf(SearchFailedException.class)
        .hasMessageContaining("must complete one of 1 candidates at least, but has none");
  }

  @Test
  @Timeout(300) // the trial that hangs would take 30 minutes
  void theDeadlineCutsOffWhatRunsAndKeepsTheBest() {
    HyperparameterSearchModel model =
        fakes(0.3, 2.0, 0.2, 0.9)
            .setDeadlineSeconds(30)
            .setParallelism(2)
            .setRefit(false)
            .fit(rows);

    assertThat(model.best().trial()).isEqualTo(3);
    assertThat(model.trials().stream().map(TrialResult::state))
        .containsExactly("completed", "completed", "completed", "cut_off");
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith(model.uid()))
        .allSatisfy(thread -> assertThat(ended(thread)).as(thread.getName()).isTrue());
  }

  private static boolean ended(Thread thread) throws InterruptedException {
    thread.join(60_000);
    return !thread.isAlive();
  }

  @Test
  void aSearchAndItsModelAreSaved(@TempDir Path folder) throws Exception {
    NetworkClassifier network = TestData.classifier().setWorkers(1);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {network});
    HyperparameterSearch search =
        new HyperparameterSearch(
                pipeline,
                ACCURACY,
                new SearchSpace()
                    .values(network.learningRate(), 1e-6, 0.02)
                    .values(network.layers(), new int[] {4, 3})
                    .grid())
            .setMaxResource(5)
            .setSeed(9);
    String path = folder.resolve("search").toString();
    search.save(path);
    search.write().overwrite().save(path);
    HyperparameterSearch loaded = HyperparameterSearch.load(path);

    HyperparameterSearchModel model = search.fit(clouds);
    HyperparameterSearchModel again = loaded.fit(clouds);

    assertThat(loaded.uid()).isEqualTo(search.uid());
    assertThat(loaded.getMaxResource()).isEqualTo(5);
    assertThat(again.best().values()).isEqualTo(model.best().values());
    assertThat(again.best().metric()).isEqualTo(model.best().metric());
    String of = folder.resolve("model").toString();
    model.save(of);
    HyperparameterSearchModel read = HyperparameterSearchModel.load(of);
    assertThat(read.trials()).isEqualTo(model.trials());
    assertThat(read.getSeed()).isEqualTo(9);
    assertThat(read.transform(clouds).collectAsList())
        .isEqualTo(model.transform(clouds).collectAsList());
    assertThat(read.copy(ParamMap.empty()).best()).isEqualTo(model.best());
    assertThatThrownBy(() -> fakes(0.1).save(folder.resolve("fake").toString()))
        .hasMessageContaining("fake cannot: it must be MLWritable");
  }

  @Test
  void resultsAreRowsAndAPage() {
    HyperparameterSearchModel model =
        fakes(0.3, -1.0, 0.7)
            .setStrategy("asha")
            .setReductionFactor(2)
            .setOnFailure("skip")
            .fit(rows);

    Dataset<Row> results = model.results(TestSpark.session());

    assertThat(results.count()).isEqualTo(model.trials().size());
    assertThat(results.where("state = 'failed'").select("params").first().getJavaMap(0).toString())
        .isEqualTo("{fake.quality=-1.0}");
    assertThat(
            results
                .where("trial = 2")
                .agg(org.apache.spark.sql.functions.max("metric"))
                .first()
                .getDouble(0))
        .isEqualTo(model.best().metric());
    assertThat(model.toHtml())
        .contains("<svg", "class=\"best\"", "fake.quality = 0.7", "no learning below zero")
        .doesNotContain("<script", "NaN,");
  }

  @Test
  void paramsAreThoseOfAStage() {
    HyperparameterSearch search = fakes(0.1);
    assertThat(search.params()).hasSize(12);
    for (Param<?> param : search.params()) {
      assertThat(param.parent()).isEqualTo(search.uid());
      assertThat(param.doc()).hasSizeGreaterThan(10);
      assertThat(search.hasDefault(param)).as(param.name()).isTrue();
    }
    assertThat(
            Arrays.stream(new HyperparameterSearchModel("m", null, null).params()).map(Param::name))
        .containsExactly(Arrays.stream(search.params()).map(Param::name).toArray(String[]::new));
    assertThat(search.setTrainRatio(0.5).copy(ParamMap.empty()).getTrainRatio()).isEqualTo(0.5);
    assertThat(search.transformSchema(rows.schema()).fieldNames()).containsExactly("id", "score");
  }

  @Test
  void whatCannotBeSearchedIsRefusedBeforeAnyJob() {
    NetworkClassifier network = TestData.classifier();
    ParamMap[] foreign = new SearchSpace().values(network.learningRate(), 0.1).grid();
    assertThatThrownBy(
            () -> new HyperparameterSearch(fake, new FakeEstimator.Score(true), foreign).fit(rows))
        .hasMessageContaining("candidate 0 sets " + network.uid() + ".learningRate")
        .hasMessageContaining("the estimator's stages are [fake]");
    ParamMap[] resource = new SearchSpace().values(fake.maxIter(), 1, 2).grid();
    assertThatThrownBy(
            () ->
                new HyperparameterSearch(fake, new FakeEstimator.Score(true), resource)
                    .setStrategy("asha")
                    .fit(rows))
        .hasMessageContaining("candidate 0 sets fake.maxIter, but that is the resource");
    assertThatThrownBy(() -> fakes(0.1).setStrategy("asha").setResourceParam("depth").fit(rows))
        .hasMessageContaining("one stage must have the resource 'depth' as an IntParam");
    assertThatThrownBy(() -> fakes(0.1).setStrategy("asha").setMinResource(10).fit(rows))
        .hasMessageContaining("maxResource must be at least minResource, but is 9");
    assertThatThrownBy(() -> fakes(0.1).setCheckpointDir("somewhere").fit(rows))
        .hasMessageContaining("fake has no Param 'checkpointDir'");
    assertThatThrownBy(() -> fakes(0.1).setStrategy("anneal"))
        .hasMessageContaining(
            "strategy must be one of [exhaustive, successive_halving, hyperband, asha]");
    assertThatThrownBy(() -> fakes()).hasMessageContaining("must have values to try");
    assertThatThrownBy(
            () -> new HyperparameterSearch(fake, new FakeEstimator.Score(true), new ParamMap[0]))
        .hasMessageContaining("must have candidates");
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    assertThatThrownBy(() -> fakes(0.1).fit(stream)).hasMessageContaining("is a stream");
  }
}
