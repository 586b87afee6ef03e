// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.ml.NetworkClassifier;
import org.sparkstrom.ml.TestData;
import org.sparkstrom.ml.TestSpark;
import org.sparkstrom.ml.search.HyperparameterSearch;
import org.sparkstrom.ml.stage.InnerStages;

class RunCacheTest {
  @TempDir static Path input;
  @TempDir static Path common;
  @TempDir Path folder;

  private static RunCache shared;
  private static CachedRun first;

  private RunCache cache;

  @BeforeAll
  static void writeRows() {
    TestData.clouds(60).coalesce(1).write().parquet(input.resolve("rows").toString());
    shared = RunCache.at(common.toString(), InputFingerprint.files());
    first = shared.fit(pipeline(2, 0.1), rows());
  }

  @BeforeEach
  void makeCache() {
    cache = RunCache.at(folder.toString(), InputFingerprint.files());
  }

  private static Dataset<Row> rows() {
    return TestSpark.session().read().parquet(input.resolve("rows").toString());
  }

  /** The pipeline as a program that runs again makes it, with other uids. */
  private static Pipeline pipeline(int components, double regularization) {
    return pipeline(components, new LogisticRegression().setRegParam(regularization));
  }

  private static Pipeline pipeline(int components, LogisticRegression last) {
    Pipeline features =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  new PCA().setInputCol("scaled").setOutputCol("few").setK(components)
                });
    SQLTransformer sql = new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE id >= 0");
    return new Pipeline()
        .setStages(new PipelineStage[] {sql, features, last.setFeaturesCol("few").setMaxIter(5)});
  }

  private static Pipeline scaler() {
    StandardScaler only = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    return new Pipeline().setStages(new PipelineStage[] {only});
  }

  private static List<StageState> states(RunRecord run) {
    return run.stages().stream().map(StageRecord::state).toList();
  }

  private static List<Row> predictions(CachedRun run) {
    return predictions(run.model());
  }

  private static List<Row> predictions(PipelineModel model) {
    return model.transform(rows()).sort("id").select("id", "probability").collectAsList();
  }

  private static List<Path> files(Path under) {
    try (Stream<Path> all = Files.walk(under)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aProgramThatRunsAgainFitsNothing() {
    CachedRun second = shared.fit(pipeline(2, 0.1), rows());

    assertThat(states(first.record()))
        .containsExactly(
            StageState.APPLIED, StageState.FITTED, StageState.FITTED, StageState.FITTED);
    assertThat(states(second.record()))
        .containsExactly(
            StageState.APPLIED, StageState.REUSED, StageState.REUSED, StageState.REUSED);
    assertThat(predictions(second)).isEqualTo(predictions(first));
    assertThat(second.record().stages().get(3).madeBy()).isEqualTo(first.record().id());
    assertThat(second.tree())
        .contains("completed in", "3 reused, 0 fitted", "input files 1 ")
        .containsPattern("\\n\\+- pipeline_\\w+\\n\\|  \\+- StandardScaler \\w+ +reused in ")
        .containsPattern("\\n\\+- LogisticRegression logreg_\\w+ +reused in [0-9.]+ s from ");
  }

  @Test
  void onlyWhatChangedAndWhatIsBehindItIsFitted() {
    CachedRun last = shared.fit(pipeline(2, 0.2), rows());
    CachedRun middle = shared.fit(pipeline(3, 0.1), rows());

    assertThat(states(last.record()).subList(1, 4))
        .containsExactly(StageState.REUSED, StageState.REUSED, StageState.FITTED);
    assertThat(states(middle.record()).subList(1, 4))
        .containsExactly(StageState.REUSED, StageState.FITTED, StageState.FITTED);
    CodeVersion code = CodeVersion.of(TestSpark.session().sparkContext(), "");
    assertThat(new CodeVersion(code.sparkstrom(), code.spark(), "2").hash(PCA.class))
        .isNotEqualTo(code.hash(PCA.class))
        .isNotEqualTo(code.hash(StandardScaler.class));
  }

  @Test
  void theModelIsThatOfThePipelineWithoutACache() {
    CachedRun kept = shared.with(KeptRows.BEFORE_ESTIMATORS).fit(pipeline(2, 0.3), rows());
    List<Path> outputs = files(common.resolve("outputs"));
    assertThat(outputs).as("rows before the one stage that was fitted").hasSize(3);
    CachedRun again = shared.with(KeptRows.BEFORE_ESTIMATORS).fit(pipeline(2, 0.4), rows());

    assertThat(files(common.resolve("outputs"))).isEqualTo(outputs);
    assertThat(predictions(first)).isEqualTo(plain(0.1));
    assertThat(predictions(kept)).isEqualTo(plain(0.3));
    assertThat(predictions(again)).isEqualTo(plain(0.4));
  }

  private static List<Row> plain(double regularization) {
    return predictions(pipeline(2, regularization).fit(rows()));
  }

  @Test
  void anotherFileIsAnotherInput(@TempDir Path other) throws Exception {
    String path = other.resolve("rows").toString();
    TestData.clouds(60).coalesce(1).write().parquet(path);
    cache.fit(scaler(), TestSpark.session().read().parquet(path));
    TestData.clouds(9).coalesce(1).write().mode("append").parquet(path);

    CachedRun more = cache.fit(scaler(), TestSpark.session().read().parquet(path));

    assertThat(more.record().count(StageState.FITTED)).isEqualTo(1);
  }

  @Test
  void anotherTimeZoneOfTheSessionIsAnotherKey() {
    RunCache byContent = RunCache.at(folder.toString(), InputFingerprint.content());
    CachedRun here = byContent.fit(scaler(), rows());
    SparkSession elsewhere = TestSpark.session().newSession();
    elsewhere.conf().set("spark.sql.session.timeZone", "Pacific/Kiritimati");
    Dataset<Row> same = elsewhere.read().parquet(input.resolve("rows").toString());

    CachedRun there = byContent.fit(scaler(), same);

    assertThat(there.record().input()).isEqualTo(here.record().input());
    assertThat(there.record().count(StageState.FITTED)).isEqualTo(1);
    assertThat(there.record().stages().get(0).key())
        .isNotEqualTo(here.record().stages().get(0).key());
    assertThat(byContent.fit(scaler(), rows()).record().count(StageState.REUSED)).isEqualTo(1);
  }

  @Test
  void aFailedStageEndsTheRunAndWhatWasBeforeIsKept() {
    LogisticRegression broken = new LogisticRegression().setLabelCol("id");
    Dataset<Row> negative = rows().selectExpr("id - 100 AS id", "features", "label");
    Pipeline pipeline = pipeline(2, broken);
    ((SQLTransformer) pipeline.getStages()[0]).setStatement("SELECT * FROM __THIS__");

    RunFailedException failure =
        catchThrowableOfType(RunFailedException.class, () -> cache.fit(pipeline, negative));

    assertThat(states(failure.run()))
        .containsExactly(
            StageState.APPLIED, StageState.FITTED, StageState.FITTED, StageState.FAILED);
    assertThat(failure).hasMessageContaining("failed in").hasCauseInstanceOf(Exception.class);
    assertThat(cache.run(failure.run().id()).tree()).isEqualTo(failure.run().tree());
    assertThatThrownBy(() -> cache.model(failure.run().id()))
        .hasMessageContaining("must have been completed");

    broken.setLabelCol("label");
    assertThat(states(cache.fit(pipeline, negative).record()).subList(1, 4))
        .containsExactly(StageState.REUSED, StageState.REUSED, StageState.FITTED);
  }

  @Test
  void stagesBehindAFailureAreNotReached() {
    Pipeline pipeline = pipeline(2, 0.1);
    RunCache broken =
        RunCache.at(
            folder.toString(),
            data -> {
              throw new IllegalArgumentException("no fingerprint today");
            });
    assertThatThrownBy(() -> broken.fit(pipeline, rows()))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("no fingerprint today")
        .hasMessageContaining("not reached")
        .hasMessageContaining("0 reused, 0 fitted");
  }

  @Test
  void aDamagedModelIsFittedAnewAndNotDeleted() throws Exception {
    CachedRun before = cache.fit(pipeline(2, 0.1), rows());
    Path entry = folder.resolve("models").resolve(before.record().stages().get(2).key());
    Path data;
    try (Stream<Path> all = Files.walk(entry)) {
      data =
          all.filter(file -> file.toString().contains("/data/part-"))
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    Files.delete(data.resolveSibling("." + data.getFileName() + ".crc")); // Hadoop's own guard

    CachedRun second = cache.fit(pipeline(2, 0.1), rows());

    assertThat(states(second.record()).subList(1, 4))
        .as("the model that is fitted again is the same, so what is behind it stays")
        .containsExactly(StageState.REUSED, StageState.FITTED, StageState.REUSED);
    assertThat(data).exists();
    assertThat(predictions(second)).isEqualTo(predictions(before));
    assertThatThrownBy(() -> cache.model(before.record().id()))
        .hasMessageContaining("the model of pca_")
        .hasMessageContaining("rerun the run");
    Files.writeString(entry.resolve(second.record().stages().get(2).entry() + "/entry.json"), "{");
    assertThat(states(cache.fit(pipeline(2, 0.1), rows()).record()).get(2))
        .isEqualTo(StageState.FITTED);
  }

  @Test
  void runsAtOnceDoNotDisturbEachOther() throws Exception {
    Dataset<Row> rows = rows();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<CachedRun> run = () -> cache.fit(scaler(), rows);
      for (Future<CachedRun> done :
          threads.invokeAll(List.of(run, run, run), 5, TimeUnit.MINUTES)) {
        assertThat(done.get().model().transform(rows).select("scaled").collectAsList())
            .isEqualTo(first.model().transform(rows).select("scaled").collectAsList());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(cache.fit(scaler(), rows).record().count(StageState.REUSED)).isEqualTo(1);
    assertThat(cache.runs()).hasSize(4);
    assertThat(folder.toFile().list((dir, name) -> name.startsWith(".part"))).isEmpty();
  }

  @Test
  void aRunIsRepeatedByItsId() {
    String id = first.record().id();

    CachedRun second = shared.rerun(id, rows());

    assertThat(second.record().rerunOf()).isEqualTo(id);
    assertThat(second.record().count(StageState.REUSED)).isEqualTo(3);
    assertThat(second.tree()).contains("again " + id);
    assertThat(shared.model(id).uid()).isEqualTo(first.model().uid());
    assertThat(predictions(shared.model(id))).isEqualTo(predictions(first));
    assertThat(shared.run(id)).isEqualTo(first.record());
    assertThat(shared.runs()).contains(first.record(), second.record());
    assertThatThrownBy(() -> shared.run("../elsewhere"))
        .hasMessageContaining("must be like")
        .hasMessageContaining("../elsewhere");
    assertThatThrownBy(() -> shared.rerun("20260131T120000Z-0a1b2c3d", rows()))
        .hasMessageContaining("20260131T120000Z-0a1b2c3d cannot be read; ask runs()");
  }

  @Test
  void nothingIsDeletedButByPruning() throws Exception {
    cache.with(KeptRows.BEFORE_ESTIMATORS).fit(pipeline(2, 0.1), rows());
    Files.createDirectories(folder.resolve(".part-left"));

    assertThat(cache.prune(Duration.ofDays(1))).isEqualTo(new Pruned(0, 0, 0, 0));
    assertThat(cache.prune(Duration.ZERO)).isEqualTo(new Pruned(1, 3, 3, 1));

    assertThat(cache.runs()).isEmpty();
    assertThat(files(folder.resolve("models"))).isEmpty();
    assertThatThrownBy(() -> cache.prune(Duration.ofDays(-1))).hasMessageContaining("at least 0");
  }

  @Test
  void aTunedStageIsToldByWhatIsInIt() {
    EntryStore store =
        new EntryStore(folder.toString(), TestSpark.session().sparkContext().hadoopConfiguration());
    CodeVersion code = CodeVersion.of(TestSpark.session().sparkContext(), "");
    String identity = StageIdentity.of(tuned(0.1), code, store);
    assertThat(StageIdentity.of(tuned(0.1), code, store)).isEqualTo(identity);
    assertThat(StageIdentity.of(tuned(0.2), code, store)).isNotEqualTo(identity);
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(InnerStages.all(tuned(0.1)))
        .as("stages whose class files count")
        .hasExactlyElementsOfTypes(
            CrossValidator.class,
            LogisticRegression.class,
            MulticlassClassificationEvaluator.class);
  }

  private static CrossValidator tuned(double regularization) {
    LogisticRegression inner = new LogisticRegression().setMaxIter(2);
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(inner.regParam(), new double[] {0, regularization})
            .baseOn(inner.elasticNetParam().w(0.5), inner.tol().w(0.1))
            .build();
    return new CrossValidator()
        .setEstimator(inner)
        .setEvaluator(new MulticlassClassificationEvaluator())
        .setEstimatorParamMaps(grid);
  }

  @Test
  void whatCannotBeToldApartIsRefusedBeforeAnything() {
    NetworkClassifier further =
        TestData.classifier().setInitialModel(TestData.classifier().fit(rows()));
    ParamMap[] grid = new ParamGridBuilder().build();
    MulticlassClassificationEvaluator evaluator = new MulticlassClassificationEvaluator();
    CrossValidator validator = new CrossValidator().setEstimator(further).setEvaluator(evaluator);
    Pipeline inner = new Pipeline().setStages(new PipelineStage[] {further});
    for (PipelineStage stage :
        List.<PipelineStage>of(
            further,
            validator.setEstimatorParamMaps(grid),
            new OneVsRest().setClassifier(further),
            new HyperparameterSearch(inner, evaluator, grid))) {
      Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage});
      assertThatThrownBy(() -> cache.fit(pipeline, rows()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(further.uid() + " was given an initial model")
          .hasMessageContaining("fit without the cache");
    }
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    assertThatThrownBy(() -> cache.fit(pipeline(2, 0.1), stream))
        .hasMessageContaining("is a stream");
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void aRecordOfALaterFormatIsRefused() throws Exception {
    String id = cache.fit(scaler(), rows()).record().id();
    Path file = folder.resolve("runs").resolve(id).resolve("run.json");
    String text = Files.readString(file);
    Files.delete(file.resolveSibling(".run.json.crc"));
    Files.writeString(
        file, text.replace("\"format\" : 1", "\"format\" : 2"), StandardCharsets.UTF_8);
    assertThatThrownBy(() -> cache.run(id)).hasMessageContaining("must be of format 1 or older");
  }
}
