// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.DataVecTransformer;
import org.sparkstrom.ml.NetworkClassificationModel;
import org.sparkstrom.ml.NetworkClassifier;
import org.sparkstrom.ml.search.HyperparameterSearch;
import org.sparkstrom.ml.search.HyperparameterSearchModel;

/**
 * The wheel, installed into a virtual environment beside a stock PySpark. The tests in Python lie
 * in {@code ml-wrappers/src/test/python}; what they need of Java, and what Java needs of them, goes
 * through folders. Runs by {@code scripts/test-python}.
 */
@Tag("python")
class PythonIT {
  @TempDir private static Path folder;
  private static StockSpark stock;
  private static SparkSession spark;
  private static Command pythonTests;

  @BeforeAll
  static void runTheTestsInPython() throws Exception {
    stock = PythonPackage.installed();
    PythonPackage.install(List.of("nbclient>=0.10,<0.12", "ipykernel>=6.29,<8")); // for notebooks
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("bundle tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .getOrCreate();
    savePipelineOfJava();
    Path tests = StockSpark.ROOT.resolve("ml-wrappers/src/test/python");
    pythonTests =
        python(
            Files.createDirectories(folder.resolve("tests")),
            List.of("-m", "unittest", "discover", "-v", "-s", tests.toString()));
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
    }
  }

  @Test
  void allTestsInPythonPass() {
    pythonTests.assertSuccess();
    assertThat(pythonTests.errors())
        .containsPattern("Ran [1-9]\\d+ tests in ")
        .contains("\nOK\n")
        .doesNotContain("... skipped");
  }

  @Test
  void javaPredictsWithAPipelineThatPythonSaved() {
    pythonTests.assertSuccess();
    PipelineModel model = PipelineModel.load(path("from-python/model"));
    NetworkClassificationModel network = (NetworkClassificationModel) model.stages()[2];

    assertThat(network.getMaxIter()).isEqualTo(8);
    assertThat(network.summary()).isPresent();
    assertThat(predictions(model))
        .isEqualTo(
            spark.read().parquet(path("from-python/predictions")).orderBy("row").collectAsList());
  }

  @Test
  void javaFitsAPipelineThatPythonSaved() {
    pythonTests.assertSuccess();
    Pipeline pipeline = Pipeline.load(path("from-python/pipeline"));

    NetworkClassifier classifier = (NetworkClassifier) pipeline.getStages()[2];

    assertThat(classifier.getLayers()).containsExactly(64, 32, 10);
    assertThat(classifier.getWorkers()).isEqualTo(2);
    assertThat(classifier.isSet(classifier.weightCol())).isFalse();
  }

  @Test
  void javaTakesASearchThatPythonSaved() {
    pythonTests.assertSuccess();
    HyperparameterSearch search = HyperparameterSearch.load(path("from-python/search"));
    HyperparameterSearchModel model =
        HyperparameterSearchModel.load(path("from-python/search-model"));

    assertThat(search.candidates()).hasSize(4);
    assertThat(search.getStrategy()).isEqualTo("exhaustive");
    assertThat(search.estimator()).isInstanceOf(NetworkClassifier.class);
    assertThat(model.uid()).isEqualTo(search.uid());
    assertThat(model.bestModel()).isInstanceOf(NetworkClassificationModel.class);
    assertThat(model.trials()).contains(model.best()).hasSizeGreaterThan(4);
  }

  @Test
  void theExampleOfTheReadmeRuns() throws Exception {
    Path place = Files.createDirectories(folder.resolve("readme"));
    Files.createSymbolicLink(
        place.resolve("src-test-data"), StockSpark.ROOT.resolve("src-test-data"));
    Files.writeString(place.resolve("example.py"), StockSpark.exampleOfReadme("python"));

    Command example = python(place, List.of("example.py")).assertSuccess();

    assertThat(example.output()).contains("|digit|prediction|");
    assertThat(place.resolve("target/digits-model/metadata")).exists();
  }

  @Test
  void aSessionWithoutTheJarIsToldSo() throws Exception {
    Path place = Files.createDirectories(folder.resolve("without"));
    Files.writeString(
        place.resolve("without.py"),
        """
        from sparkstrom.ml import NetworkClassifier
        from pyspark.sql import SparkSession
        try:
            NetworkClassifier()
        except RuntimeError as error:
            print("before:", error)
        SparkSession.builder.master("local[1]").getOrCreate()
        try:
            NetworkClassifier()
        except RuntimeError as error:
            print("without:", error)
        """);

    Command told = python(place, List.of("without.py")).assertSuccess();

    assertThat(told.output())
        .contains("before: org.sparkstrom.ml.NetworkClassifier needs a Spark session, but none is")
        .contains(
            "without: org.sparkstrom.ml.NetworkClassifier must be on Spark's class path, but is not")
        .contains("config(\"spark.jars\", sparkstrom.jar())");
  }

  private static Command python(Path place, List<String> arguments) throws Exception {
    Map<String, String> environment =
        stock.environment(
            Map.of(
                "SPARK_HOME", "",
                "SPARKSTROM_DATA", StockSpark.ROOT.resolve("src-test-data").toString(),
                "SPARKSTROM_NOTEBOOKS", StockSpark.ROOT.resolve("examples/notebooks").toString(),
                "SPARKSTROM_FROM_JAVA", path("from-java"),
                "SPARKSTROM_FROM_PYTHON", path("from-python")));
    return Command.run(
        place,
        environment,
        PythonPackage.PATIENCE,
        Stream.concat(Stream.of(stock.python()), arguments.stream()).toList());
  }

  private static void savePipelineOfJava() throws IOException {
    String[] pixels = IntStream.range(0, 64).mapToObj(i -> "p" + i).toArray(String[]::new);
    TransformProcess.Builder scaling =
        new TransformProcess.Builder(
            new Schema.Builder().addColumnsInteger("p%d", 0, 63).addColumnInteger("digit").build());
    for (String pixel : pixels) {
      scaling.transform(new MinMaxNormalizer(pixel, 0, 16, 0, 1));
    }
    TransformProcess process = scaling.build();
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new DataVecTransformer().setTransformProcess(process),
                  new VectorAssembler().setInputCols(pixels).setOutputCol("features"),
                  new NetworkClassifier()
                      .setLayers(64, 16, 10)
                      .setWorkers(2)
                      .setMaxIter(3)
                      .setPredictionBatchSize(100)
                      .setLabelCol("digit")
                })
            .fit(digits());
    model.write().save(path("from-java/model"));
    Files.writeString(folder.resolve("from-java/process.json"), process.toJson());
    model
        .transform(digits())
        .selectExpr("monotonically_increasing_id() as row", "prediction")
        .write()
        .parquet(path("from-java/predictions"));
  }

  private static List<Row> predictions(PipelineModel model) {
    return model
        .transform(digits())
        .selectExpr("monotonically_increasing_id() as row", "prediction")
        .orderBy("row")
        .collectAsList();
  }

  private static Dataset<Row> digits() {
    return spark
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(StockSpark.ROOT.resolve("src-test-data/digits-test.csv").toString());
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }
}
