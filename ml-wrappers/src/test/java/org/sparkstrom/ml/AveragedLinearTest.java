// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.ml.linear.LinearWeights;

class AveragedLinearTest {
  private static final Logger LOG = LoggerFactory.getLogger(AveragedLinearTest.class);
  private static final MulticlassClassificationEvaluator ACCURACY =
      new MulticlassClassificationEvaluator().setMetricName("accuracy");

  private static Dataset<Row> clouds;

  @BeforeAll
  static void makeData() {
    clouds = TestData.clouds(120).cache();
  }

  private static AveragedLinear linear() {
    return new AveragedLinear().setMaxIter(5);
  }

  private static Dataset<Row> rows(Object[]... values) {
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", "double")
            .add("w", "double");
    List<Row> rows =
        IntStream.range(0, values.length).mapToObj(i -> RowFactory.create(values[i])).toList();
    return TestSpark.session()
        .createDataFrame(
            JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
                .parallelize(rows, Math.max(1, rows.size())),
            schema);
  }

  private static Object[] row(Vector features, double label, double weight) {
    return new Object[] {features, label, weight};
  }

  @Test
  void newsGroupsAreToldApartAsByLogisticRegression() {
    Dataset<Row>[] parts =
        TestSpark.session()
            .read()
            .format("libsvm")
            .option("numFeatures", 62061)
            .load(PostFitData.shared("../text/news20.t.dat").toString())
            .where("label <= 6") // MLlib takes half a minute over all twenty
            .selectExpr("label - 1 AS label", "features")
            .coalesce(2)
            .randomSplit(new double[] {0.75, 0.25}, 1);
    assertAsGood(parts[0], parts[1], 0.01, 0.02);
  }

  @Test
  void unwantedMessagesAreToldByTheirHashedWords() {
    Dataset<Row> messages =
        TestSpark.session()
            .read()
            .option("sep", "\t")
            .option("quote", "")
            .csv(PostFitData.shared("../text/SMSSpamCollection.tsv").toString())
            .selectExpr("CAST(_c0 = 'spam' AS INT) AS label", "_c1 AS text");
    Tokenizer words = new Tokenizer().setInputCol("text").setOutputCol("words");
    HashingTF hashes =
        new HashingTF().setInputCol("words").setOutputCol("features").setNumFeatures(1 << 14);
    Dataset<Row>[] parts =
        hashes
            .transform(words.transform(messages))
            .select("label", "features")
            .repartition(2)
            .randomSplit(new double[] {0.75, 0.25}, 1);
    assertAsGood(parts[0], parts[1], 0.1, 0.01);
  }

  @Test
  void digitsAreToldApartAsByLogisticRegression() {
    assertAsGood(TestData.digits("train").repartition(2), TestData.digits("test"), 1, 0.03);
  }

  private static void assertAsGood(
      Dataset<Row> train, Dataset<Row> test, double stepSize, double tolerance) {
    train.persist();
    test.persist();
    try {
      double theirs =
          ACCURACY.evaluate(
              new LogisticRegression().setMaxIter(30).setRegParam(1e-3).fit(train).transform(test));
      for (String loss : List.of("perceptron", "logistic")) {
        AveragedLinear ours = linear().setMaxIter(10).setLoss(loss).setStepSize(stepSize);
        double accuracy = ACCURACY.evaluate(ours.fit(train).transform(test));
        LOG.info("accuracy of {} {}, of logistic regression {}", loss, accuracy, theirs);
        assertThat(accuracy)
            .as("accuracy of %s; MLlib's logistic regression has %s", loss, theirs)
            .isGreaterThan(theirs - tolerance);
      }
    } finally {
      train.unpersist();
      test.unpersist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"perceptron", "logistic"})
  void sparseRowsAreDenseRowsToTheBit(String loss) {
    UDF1<Vector, Vector> sparse = Vector::toSparse;
    Dataset<Row> other =
        clouds.withColumn(
            "features",
            functions.udf(sparse, SQLDataTypes.VectorType()).apply(functions.col("features")));
    AveragedLinearModel model = linear().setLoss(loss).fit(clouds);

    assertThat(linear().setLoss(loss).fit(other).linearWeights()).isEqualTo(model.linearWeights());
    assertThat(model.transform(other).select("rawPrediction").collectAsList())
        .isEqualTo(model.transform(clouds).select("rawPrediction").collectAsList());
  }

  @Test
  void theSamePartitionsGiveTheSameModelWhicheverTaskEndsFirst() {
    Dataset<Row> many = clouds.repartition(9, functions.col("id")).cache();
    LinearWeights first = linear().setLoss("logistic").fit(many).linearWeights();
    for (int i = 0; i < 2; i++) {
      assertThat(linear().setLoss("logistic").fit(many).linearWeights()).isEqualTo(first);
    }
    assertThat(linear().setLoss("logistic").setSeed(9).fit(many).linearWeights())
        .isNotEqualTo(first);
    many.unpersist();
  }

  @Test
  void partitionsAreMixedByTheWeightOfTheirRows() {
    Dataset<Row> two = rows(row(Vectors.dense(1, 0), 1, 3), row(Vectors.dense(0, 2), 1, 1));
    assertThat(two.javaRDD().glom().map(List::size).collect()).containsExactly(1, 1);

    AveragedLinearModel model =
        linear().setMaxIter(1).setFitIntercept(false).setWeightCol("w").fit(two);

    // Alone: a step of 3 times (1, 0), and of 1 times (0, 2); their shares are 3/4 and 1/4
    assertThat(model.coefficientMatrix().toArray())
        .containsExactly(new double[] {-2.25, 2.25, -0.5, 0.5}, within(1e-12));
    assertThat(model.interceptVector().toArray()).containsExactly(0, 0);
  }

  @Test
  void aRowOfNoWeightIsNoRow() {
    Dataset<Row> weighted = clouds.withColumn("w", functions.lit(2.0)).coalesce(1);
    StructType schema = weighted.schema();
    Dataset<Row> noise =
        TestSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(1000L, Vectors.dense(9, 9, 9, 9), 0.0, 0.0)), schema);
    AveragedLinear estimator = linear().setWeightCol("w");
    double plain = ACCURACY.evaluate(estimator.fit(weighted).transform(clouds));
    assertThat(plain).isGreaterThan(0.9);
    assertThat(estimator.fit(weighted.union(noise)).linearWeights().seen())
        .isEqualTo(estimator.fit(weighted).linearWeights().seen())
        .isEqualTo(5 * 2 * 120);
  }

  @Test
  void emptyPartitionsChangeNothing() {
    Dataset<Row> one = clouds.coalesce(1);
    Dataset<Row> none = clouds.where("id < 0").repartition(3);
    assertThat(linear().fit(one.union(none)).linearWeights())
        .isEqualTo(linear().fit(one).linearWeights());
  }

  @Test
  void trainingGoesOnWhereItWas(@TempDir Path folder) {
    assertThatThrownBy(() -> Incremental.of(linear(), folder.toString()))
        .hasMessageContaining("must have a classCount")
        .hasMessageContaining("set it");
    Incremental<AveragedLinearModel> training =
        Incremental.of(linear().setClassCount(3).setMaxIter(1), folder.toString());

    AveragedLinearModel first = training.partialFit(clouds.where("label = 1"));
    assertThat(first.numClasses()).isEqualTo(3);
    training.call(clouds, 0L);
    AveragedLinearModel second = training.model().orElseThrow();

    assertThat(second.linearWeights().seen()).isEqualTo(40 + 120);
    assertThat(ACCURACY.evaluate(second.transform(clouds))).isGreaterThan(0.9);
    AveragedLinear further = linear().setInitialModel(second);
    assertThat(further.copy(ParamMap.empty()).fit(clouds).linearWeights().seen())
        .isEqualTo(160 + 5 * 120);
    assertThat(further.beyondParams()).isPresent();
  }

  @Test
  void oneVsRestAndThresholdsTakeIt() {
    assertThat(
            ACCURACY.evaluate(
                new OneVsRest().setClassifier(linear()).fit(clouds).transform(clouds)))
        .isGreaterThan(0.9);
    AveragedLinearModel model = linear().fit(clouds);
    model.setThresholds(new double[] {1, 1, 0});
    assertThat(model.transform(clouds).where("prediction = 2").count()).isEqualTo(120);
  }

  @Test
  void columnsMayHaveDotsAndBeTurnedOff() {
    Dataset<Row> dotted = clouds.toDF("id", "the.features", "The.Label");
    AveragedLinear estimator =
        linear().setFeaturesCol("the.features").setLabelCol("The.Label").setPredictionCol("p.q");
    AveragedLinearModel model = estimator.fit(dotted);
    model.setRawPredictionCol("").setProbabilityCol("");
    assertThat(model.transform(dotted).columns())
        .containsExactly("id", "the.features", "The.Label", "p.q");
    assertThat(model.transform(dotted).schema()).isEqualTo(model.transformSchema(dotted.schema()));
    assertThat(estimator.transformSchema(dotted.schema()).fieldNames())
        .contains("p.q", "probability", "rawPrediction");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> linear().fit(clouds.withColumn("label", functions.lit("a"))))
        .hasMessageContaining("Column label must be of type numeric");
    assertThatThrownBy(() -> linear().setFeaturesCol("id").fit(clouds))
        .hasMessageContaining("features column 'id' must be a vector, but is bigint");
    assertThatThrownBy(() -> linear().setClassCount(2).fit(clouds))
        .hasMessageContaining("below the number of classes, 2, but column 'label' has 2");
    assertThatThrownBy(() -> linear().fit(clouds.withColumn("label", functions.lit(0.5))))
        .hasMessageContaining("labels must be whole numbers");
    assertThatThrownBy(() -> linear().fit(clouds.where("id < 0")))
        .hasMessageContaining("there must be rows with a weight above 0");
    assertThatThrownBy(
            () -> linear().fit(rows(row(Vectors.dense(1), 0, 1), row(Vectors.dense(1, 2), 1, 1))))
        .hasMessageContaining("rows of 1 and of 2");
    assertThatThrownBy(() -> linear().fit(rows(row(Vectors.dense(Double.NaN), 0, 1))))
        .hasMessageContaining(
            "features must be finite numbers, but column 'features' has one that is not");
    assertThatThrownBy(() -> linear().setWeightCol("w").fit(rows(row(Vectors.dense(1), 0, -1))))
        .hasMessageContaining("weights must be finite and at least 0, but there is -1.0");
    assertThatThrownBy(
            () ->
                linear()
                    .setInitialModel(linear().fit(clouds))
                    .fit(rows(row(Vectors.dense(1), 0, 1))))
        .hasMessageContaining("must have 3 classes and 1 features")
        .hasMessageContaining("but has 3 and 4");
    assertThatThrownBy(() -> linear().setClassCount(1).fit(clouds))
        .hasMessageContaining("classCount of at least 2, or 0 to find it, but has 1");
    assertThatThrownBy(() -> linear().setThresholds(new double[] {0.5, 0.5}).fit(clouds))
        .hasMessageContaining("2 thresholds and 3 classes");
    Dataset<Row> wider =
        new VectorAssembler()
            .setInputCols(new String[] {"features", "label"})
            .setOutputCol("wider")
            .transform(clouds);
    AveragedLinearModel model = linear().fit(clouds);
    assertThatThrownBy(() -> model.setFeaturesCol("wider").transform(wider))
        .hasMessageContaining(
            "features column 'wider' must have 4 features as the model, but has 5");
    assertThatThrownBy(() -> new AveragedLinearModel("m").transform(clouds))
        .hasMessageContaining("m must have weights to predict with");
  }
}
