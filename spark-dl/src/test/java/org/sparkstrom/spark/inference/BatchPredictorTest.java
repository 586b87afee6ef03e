// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NetworkSnapshot;

class BatchPredictorTest {

  private final NetworkSnapshot snapshot =
      NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)));
  private final Broadcast<NetworkSnapshot> network =
      JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext()).broadcast(snapshot);

  /** Appends the first output. */
  private record FirstOutput() implements OutputColumns {
    @Override
    public List<StructField> fields() {
      return List.of(DataTypes.createStructField("score", DataTypes.FloatType, false));
    }

    @Override
    public Object[] values(float[] output) {
      return new Object[] {output[0]};
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void keepsRowsInOrderAndGivesWhatTheNetworkGives(int batchSize) {
    List<Row> rows = SparkTests.clouds(100, 5);
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1);
    List<Row> predicted = predict(data, batchSize, HandleInvalid.ERROR).collectAsList();
    assertThat(predicted).hasSize(100);
    MultiLayerNetwork reference = snapshot.restore();
    for (int i = 0; i < 100; i++) {
      Row row = predicted.get(i);
      assertThat(row.get(0)).isEqualTo(rows.get(i).get(0));
      assertThat(row.get(1)).isEqualTo(rows.get(i).get(1));
      double[][] features = {row.<Vector>getAs(0).toArray()};
      float expected =
          reference.output(Nd4j.create(features).castTo(reference.params().dataType())).getFloat(0);
      assertThat(row.getFloat(2)).isCloseTo(expected, within(1e-6f));
    }
  }

  @Test
  void emptyPartitionsAndEmptyFramesGiveNoRows() {
    Dataset<Row> few = SparkTests.cloudFrame(3, 1, 20);
    assertThat(predict(few, 4, HandleInvalid.ERROR).count()).isEqualTo(3);
    assertThat(predict(few.limit(0), 4, HandleInvalid.ERROR).count()).isZero();
  }

  @Test
  void invalidRowsFollowThePolicy() {
    List<Row> rows = new ArrayList<>(SparkTests.clouds(6, 1));
    rows.set(2, RowFactory.create(null, 0.0));
    rows.set(4, RowFactory.create(Vectors.dense(1, Double.NaN, 1, 1), 0.0));
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1);
    assertThat(predict(data, 4, HandleInvalid.SKIP).count()).isEqualTo(4);
    List<Row> kept = predict(data, 4, HandleInvalid.KEEP).collectAsList();
    assertThat(kept).hasSize(6);
    rows.set(2, RowFactory.create(Vectors.zeros(4), 0.0));
    rows.set(4, RowFactory.create(Vectors.dense(1, 0, 1, 1), 0.0));
    List<Row> zeros =
        predict(
                SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1),
                4,
                HandleInvalid.ERROR)
            .collectAsList();
    assertThat(kept)
        .extracting(row -> row.getFloat(2))
        .isEqualTo(zeros.stream().map(row -> row.getFloat(2)).toList());
    assertThatThrownBy(() -> predict(data, 4, HandleInvalid.ERROR).collectAsList())
        .hasStackTraceContaining("row 2 in it: column 'features' is null");
  }

  @Test
  void oneCopyOfTheParametersAtMostAndNoneIsLeft() {
    predict(SparkTests.cloudFrame(200, 1, 16), 4, HandleInvalid.ERROR).count();
    assertThat(SharedParameters.copyCount()).isZero();
    try (SharedParameters first = SharedParameters.lease("app", network);
        SharedParameters second = SharedParameters.lease("app", network)) {
      assertThat(second.array()).isSameAs(first.array());
      assertThat(SharedParameters.copyCount()).isEqualTo(1);
    }
    assertThat(SharedParameters.copyCount()).isZero();
  }

  @Test
  void anExistingOutputColumnIsRefused() {
    Dataset<Row> data = SparkTests.cloudFrame(3, 1, 1).withColumnRenamed("label", "score");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predict(data, 4, HandleInvalid.ERROR))
        .withMessageContaining("output column 'score' exists already");
  }

  private Dataset<Row> predict(Dataset<Row> data, int batchSize, HandleInvalid policy) {
    return BatchPredictor.transform(
        data, network, new FirstOutput(), new PredictionConfig("features", batchSize, policy));
  }
}
