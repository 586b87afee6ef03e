// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSelectionTest {

  private static Dataset<Row> data;
  private static final MulticlassClassificationEvaluator ACCURACY =
      new MulticlassClassificationEvaluator().setMetricName("accuracy");

  @BeforeAll
  static void makeData() {
    data = TestData.clouds(120).cache();
  }

  private static ParamMap[] grid(NetworkClassifier classifier) {
    return new ParamGridBuilder()
        .addGrid(classifier.learningRate(), new double[] {1e-6, 0.02})
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void crossValidatorPicksTheBetterParams(int parallelism, @TempDir Path folder) throws Exception {
    NetworkClassifier classifier = TestData.classifier();
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    classifier.setFeaturesCol("scaled");
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(new Pipeline().setStages(new PipelineStage[] {scaler, classifier}))
            .setEstimatorParamMaps(grid(classifier))
            .setEvaluator(ACCURACY)
            .setNumFolds(2)
            .setSeed(3)
            .setParallelism(parallelism);
    CrossValidatorModel model = validator.fit(data);
    assertThat(model.avgMetrics()[1]).isGreaterThan(0.9).isGreaterThan(model.avgMetrics()[0]);
    assertThat(ACCURACY.evaluate(model.transform(data))).isGreaterThan(0.9);

    String path = folder.resolve("cv").toString();
    model.save(path);
    assertThat(CrossValidatorModel.load(path).transform(data).collectAsList())
        .isEqualTo(model.transform(data).collectAsList());
  }

  @Test
  void trainValidationSplitPicksTheBetterParams() {
    NetworkClassifier classifier = TestData.classifier();
    double[] metrics =
        new TrainValidationSplit()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid(classifier))
            .setEvaluator(ACCURACY)
            .setSeed(3)
            .fit(data)
            .validationMetrics();
    assertThat(metrics[1]).isGreaterThan(0.9).isGreaterThan(metrics[0]);
  }

  @Test
  void oneVsRestTakesTheClassifier(@TempDir Path folder) throws Exception {
    NetworkClassifier binary = TestData.classifier().setLayers(4, 8, 2);
    OneVsRestModel model = new OneVsRest().setClassifier(binary).fit(data);
    assertThat(Arrays.asList(model.models())).hasSize(3);
    assertThat(ACCURACY.evaluate(model.transform(data))).isGreaterThan(0.9);
    String path = folder.resolve("ovr").toString();
    model.save(path);
    assertThat(OneVsRestModel.load(path).transform(data).collectAsList())
        .isEqualTo(model.transform(data).collectAsList());
  }
}
