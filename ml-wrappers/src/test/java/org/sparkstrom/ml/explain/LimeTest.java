// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sparkstrom.ml.explain.Explained.base;
import static org.sparkstrom.ml.explain.Explained.rSquared;
import static org.sparkstrom.ml.explain.Explained.values;

import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkstrom.ml.TestSpark;

class LimeTest {
  private static final double[][] BACKGROUND = {{0, 10, 1, 5}, {2, 30, -1, 5}, {4, -20, 0, 5}};

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private static Lime lime(Transformer model) {
    return Lime.ofFeatures(model, Explained.vectors(BACKGROUND))
        .setInputCol("features")
        .setTargetCol("prediction");
  }

  @Test
  void theCoefficientsOfALinearModelComeBack() {
    Transformer model = Explained.model(x -> 4 + 3 * x[0] - 0.5 * x[1] + 2 * x[3]);
    Row row =
        lime(model)
            .setRegularization(0)
            .transform(Explained.vectors(new double[] {1, 2, 3, 4}))
            .first();
    // The last feature is constant in the background, so it is not moved
    assertThat(values(row, 0)).containsExactly(new double[] {3, -0.5, 0, 0}, within(1e-9));
    assertThat(base(row, 0)).isCloseTo(4 + 2 * 4, within(1e-9));
    assertThat(rSquared(row, 0)).isCloseTo(1, within(1e-9));
  }

  @Test
  void coefficientsAreThoseNearTheRow() {
    Transformer model = Explained.model(x -> x[0] * x[0]);
    List<Row> rows =
        lime(model)
            .setKernelWidth(0.3)
            .setNumSamples(20_000)
            .setRegularization(0)
            .transform(Explained.vectors(new double[] {3, 0, 0, 5}, new double[] {-1, 0, 0, 5}))
            .collectAsList();
    assertThat(values(rows.get(0), 0)[0]).isCloseTo(6, within(0.5));
    assertThat(values(rows.get(1), 0)[0]).isCloseTo(-2, within(0.5));
  }

  @Test
  void columnsOfDoublesAreFeaturesAndTheLassoLeavesOutTheIdle() {
    Dataset<Row> data =
        Explained.table(
            "a DOUBLE, `B.b` DOUBLE, c DOUBLE",
            new Object[] {1.0, 2.0, 3.0},
            new Object[] {4.0, 1.0, 0.0});
    Row row =
        Lime.ofFeatures(Explained.sql("10 * a + 0.01 * c"), data)
            .setInputCols("a", "B.b", "c")
            .setTargetCol("prediction")
            .setPenalty("lasso")
            .setRegularization(0.1)
            .transform(data)
            .first();
    assertThat(values(row, 0)[0]).isCloseTo(10, within(0.5));
    assertThat(values(row, 0)[1]).isZero();
    assertThat(values(row, 0)[2]).isZero();
  }

  @Test
  void wordsAndPatchesHaveWhatTheirPresenceAdds() {
    Row text =
        Lime.ofWords(Explained.sql("1.0D + IF(text LIKE '%good%', 2.0D, 0.0D)"))
            .setInputCol("text")
            .setTargetCol("prediction")
            .setRegularization(0)
            .transform(Explained.table("text STRING", new Object[] {"a good film"}))
            .first();
    assertThat(values(text, 0)).containsExactly(new double[] {0, 2, 0}, within(1e-9));
    assertThat(base(text, 0)).isCloseTo(1, within(1e-9));
    Row image =
        Lime.ofPatches(Explained.model(x -> x[0]))
            .setInputCol("features")
            .setTargetCol("prediction")
            .setImageHeight(2)
            .setImageWidth(4)
            .setImageChannels(1)
            .setPatchSize(2)
            .setRegularization(0)
            .transform(Explained.vectors(new double[] {4, 0, 0, 0, 0, 0, 0, 0}))
            .first();
    assertThat(values(image, 0)).containsExactly(new double[] {3, 0}, within(1e-9));
    assertThat(base(image, 0)).isCloseTo(1, within(1e-9));
  }
}
