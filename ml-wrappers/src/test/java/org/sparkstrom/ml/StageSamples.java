// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.DataVecTransformer;
import org.sparkstrom.datavec.image.ImagePreparer;
import org.sparkstrom.datavec.lookup.TableLookup;
import org.sparkstrom.datavec.missing.MissingValues;
import org.sparkstrom.datavec.normalize.NormalizerEstimator;
import org.sparkstrom.datavec.outlier.Winsorizer;
import org.sparkstrom.datavec.spelling.NearDuplicates;
import org.sparkstrom.datavec.text.JapaneseTokenizer;
import org.sparkstrom.datavec.text.TextHashingTransformer;
import org.sparkstrom.ml.explain.KernelShap;
import org.sparkstrom.ml.explain.Lime;

/**
 * Every stage of this module and of datavec-bridge with rows that it takes, so that what holds for
 * all stages is checked for all.
 */
final class StageSamples {
  static final int ROWS = 12;

  private final UnaryOperator<String> names;
  private final List<Row> points = TestData.clouds(ROWS).sort("id").collectAsList();
  private final List<Sample> samples = new ArrayList<>();

  private StageSamples(UnaryOperator<String> names) {
    this.names = names;
  }

  /**
   * A stage with its Params set, and rows whose first column is {@code id}.
   *
   * @param name what the stage is called in a report
   * @param inputs columns that the stage reads
   */
  record Sample(String name, PipelineStage stage, Dataset<Row> rows, List<String> inputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * The samples.
   *
   * @param names what the columns are called that stages read and append, by plain names
   */
  static List<Sample> all(UnaryOperator<String> names) {
    StageSamples made = new StageSamples(names);
    made.networks();
    made.postFit();
    made.explainers();
    made.columnsOfData();
    return List.copyOf(made.samples);
  }

  private String name(String plain) {
    return names.apply(plain);
  }

  private void add(String suffix, PipelineStage stage, Dataset<Row> rows, String... inputs) {
    samples.add(
        new Sample(stage.getClass().getSimpleName() + suffix, stage, rows, List.of(inputs)));
  }

  private <M extends Model<M>> void addBoth(
      Estimator<M> estimator, Dataset<Row> rows, String... inputs) {
    add("", estimator, rows, inputs);
    add("", estimator.fit(rows), rows, inputs);
  }

  private Dataset<Row> clouds() {
    return frame(points, TestData.SCHEMA).toDF("id", name("features"), name("label"));
  }

  /** Two partitions without a shuffle before them: every check runs jobs over these rows. */
  private static Dataset<Row> frame(List<Row> rows, StructType schema) {
    SparkSession spark = TestSpark.session();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2), schema);
  }

  private void networks() {
    Dataset<Row> rows = clouds();
    NetworkClassifier classifier =
        TestData.classifier()
            .setMaxIter(1)
            .setFeaturesCol(name("features"))
            .setLabelCol(name("label"))
            .setPredictionCol(name("prediction"))
            .setProbabilityCol(name("probability"))
            .setRawPredictionCol(name("rawPrediction"));
    addBoth(classifier, rows, name("features"));
    NetworkRegressor regressor =
        new NetworkRegressor()
            .setLayers(TestData.FEATURES, 8, 1)
            .setMaxIter(1)
            .setWorkers(2)
            .setBatchSize(4)
            .setFeaturesCol(name("features"))
            .setLabelCol(name("label"))
            .setPredictionCol(name("prediction"));
    addBoth(regressor, rows, name("features"));
    NetworkEstimator twoOutputs =
        new NetworkEstimator()
            .setConfiguration(EstimatorData.classAndNumber(TestData.FEATURES, TestData.CLASSES))
            .setMaxIter(1)
            .setWorkers(2)
            .setBatchSize(4)
            .setFeaturesCols(name("features"))
            .setLabelCols(name("label"), name("label"))
            .setOutputCols(name("kind"), name("number"));
    addBoth(twoOutputs, rows, name("features"));
    AveragedLinear linear =
        new AveragedLinear()
            .setMaxIter(2)
            .setClassCount(TestData.CLASSES)
            .setFeaturesCol(name("features"))
            .setLabelCol(name("label"))
            .setPredictionCol(name("prediction"))
            .setProbabilityCol(name("probability"))
            .setRawPredictionCol(name("rawPrediction"));
    addBoth(linear, rows, name("features"));
  }

  private void postFit() {
    Dataset<Row> rows = clouds();
    String features = name("features");
    add(
        " of a network",
        PostFitData.network().setInputCols(features).setOutputCols(name("y")),
        rows,
        features);
    add(
        " of ONNX",
        PostFitData.onnx().setInputCols(features).setOutputCols(name("p"), name("class")),
        rows,
        features);
    add(
        " of a stage",
        ParallelPostFit.ofStage(TestData.model().setHandleInvalid("keep"))
            .setModelInputs("features")
            .setInputCols(features)
            .setOutputCols(name("raw"), name("p"), name("class")),
        rows,
        features);
  }

  private void explainers() {
    Dataset<Row> rows = clouds();
    String features = name("features");
    NetworkClassificationModel model = TestData.model().setFeaturesCol(features);
    add(
        " of a network",
        KernelShap.ofFeatures(model, rows.limit(3))
            .setInputCol(features)
            .setOutputCol(name("values")),
        rows,
        features);
    add(
        " of a network",
        Lime.ofFeatures(model, rows.limit(5))
            .setInputCol(features)
            .setOutputCol(name("values"))
            .setNumSamples(50),
        rows,
        features);
  }

  /** Texts, numbers, vectors and pictures: id, text, colour, age, height, features, content. */
  private Dataset<Row> table() {
    String[] texts = {"すもももももももものうち。", "New York", "new-york", "Oslo", "oslo", "関西国際空港"};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          RowFactory.create(
              (long) i,
              texts[i % texts.length],
              i % 3 == 0 ? "red" : "blue",
              20 + i,
              1.5 + i / 10.0,
              points.get(i).get(1),
              picture(i)));
    }
    StructType schema =
        new StructType()
            .add("id", "long", false)
            .add(name("text"), "string")
            .add(name("colour"), "string")
            .add(name("age"), "int")
            .add(name("height"), "double")
            .add(name("features"), TestData.SCHEMA.apply("features").dataType())
            .add(name("content"), "binary");
    return frame(rows, schema);
  }

  private static byte[] picture(int seed) {
    BufferedImage image = new BufferedImage(6, 5, BufferedImage.TYPE_INT_RGB);
    IntStream.range(0, 30).forEach(i -> image.setRGB(i % 6, i / 6, seed * 7919 + i * 65_537));
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void columnsOfData() {
    Dataset<Row> rows = table();
    addBoth(
        new MissingValues()
            .setInputCols(name("age"), name("colour"))
            .setOutputCols(name("someAge"), name("someColour"))
            .setIndicatorCols(name("noAge"), name("noColour")),
        rows,
        name("age"),
        name("colour"));
    addBoth(
        new NormalizerEstimator()
            .setInputCols(name("features"), name("age"))
            .setOutputCols(name("scaledFeatures"), name("scaledAge"))
            .setLayout("separate"),
        rows,
        name("features"),
        name("age"));
    addBoth(
        new Winsorizer()
            .setInputCols(name("age"), name("height"))
            .setOutputCols(name("boundAge"), name("boundHeight"))
            .setQuantiles(0.2, 0.8),
        rows,
        name("age"),
        name("height"));
    addBoth(
        new NearDuplicates().setInputCol(name("text")).setOutputCol(name("one")),
        rows,
        name("text"));
    transformersOfData(rows);
  }

  private void transformersOfData(Dataset<Row> rows) {
    TransformProcess process =
        new TransformProcess.Builder(
                new Schema.Builder()
                    .addColumnString(name("text"))
                    .addColumnInteger(name("age"))
                    .build())
            .duplicateColumn(name("age"), name("older"))
            .integerMathOp(name("older"), MathOp.Add, 1)
            .build();
    add(
        "",
        new DataVecTransformer().setTransformProcess(process),
        rows.select(rows.col("id"), rows.col(quoted("text")), rows.col(quoted("age"))),
        name("age"));
    add(
        "",
        new ImagePreparer()
            .setInputCol(name("content"))
            .setOutputCol(name("samples"))
            .setSize(3, 2),
        rows,
        name("content"));
    Dataset<Row> reference =
        frame(
            List.of(RowFactory.create("red", 1), RowFactory.create("blue", 2)),
            StructType.fromDDL("colour STRING, number INT"));
    add(
        "",
        TableLookup.exact(reference, "colour")
            .setKeyCols(name("colour"))
            .setOutputCols(name("number")),
        rows,
        name("colour"));
    add(
        "",
        new JapaneseTokenizer().setInputCol(name("text")).setOutputCol(name("words")),
        rows,
        name("text"));
    add(
        "",
        new TextHashingTransformer()
            .setInputCol(name("text"))
            .setOutputCol(name("hashes"))
            .setNumFeatures(16),
        rows,
        name("text"));
  }

  private String quoted(String plain) {
    return "`" + name(plain).replace("`", "``") + "`";
  }
}
