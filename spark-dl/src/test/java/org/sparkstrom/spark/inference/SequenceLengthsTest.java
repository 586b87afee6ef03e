// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.Seq;

/** Networks of two sequences, whose lengths in a row have nothing to do with each other. */
class SequenceLengthsTest {

  private static final StructType SCHEMA =
      StructType.fromDDL("left ARRAY<ARRAY<DOUBLE>>, right ARRAY<ARRAY<DOUBLE>>");

  @Test
  void anOutputIsAsLongAsTheSequenceThatItComesFrom() {
    NetworkSnapshot network =
        NetworkSnapshot.initial(
            ofTwo()
                .addLayer("ofLeft", TestNetworks.rnnSoftmax(4, 2), "l")
                .addLayer("ofRight", TestNetworks.rnnSoftmax(4, 2), "r")
                .addVertex("last", new LastTimeStepVertex("left"), "l")
                .addVertex("repeated", new DuplicateToTimeSeriesVertex("right"), "last")
                .addLayer("told", TestNetworks.rnnSoftmax(4, 2), "repeated")
                .setOutputs("ofLeft", "ofRight", "told")
                .build());

    List<Row> predicted = predict(network, row(3, 5), row(5, 3)).collectAsList();

    for (int row = 0; row < 2; row++) {
      assertThat(length(predicted.get(row), "ofLeft")).isEqualTo(row == 0 ? 3 : 5);
      assertThat(length(predicted.get(row), "ofRight")).isEqualTo(row == 0 ? 5 : 3);
      assertThat(length(predicted.get(row), "told")).isEqualTo(row == 0 ? 5 : 3);
    }
  }

  @Test
  void sequencesOfOneOutputMustBeEquallyLongInARow() {
    NetworkSnapshot network =
        NetworkSnapshot.initial(
            ofTwo()
                .addVertex("both", new MergeVertex(), "l", "r")
                .addLayer("steps", TestNetworks.rnnSoftmax(8, 2), "both")
                .setOutputs("steps")
                .build());

    List<Row> equal = predict(network, row(3, 3), row(5, 5)).collectAsList();

    assertThat(equal).extracting(row -> length(row, "steps")).containsExactly(3, 5);
    assertThatThrownBy(() -> predict(network, row(3, 5), row(5, 3)).collectAsList())
        .hasStackTraceContaining(
            "an output has a step for each of 'left' and 'right', which must be equally long in"
                + " each row, but one row has 3 and 5 steps; bring them to one length");
  }

  /** A recurrent layer for each of the inputs {@code left} and {@code right}, sequences of [1]. */
  private static GraphBuilder ofTwo() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .graphBuilder()
        .addInputs("left", "right")
        .addLayer("l", new LSTM.Builder().nIn(1).nOut(4).build(), "left")
        .addLayer("r", new LSTM.Builder().nIn(1).nOut(4).build(), "right");
  }

  private static Dataset<Row> predict(NetworkSnapshot network, Row... rows) {
    Dataset<Row> data = SparkTests.session().createDataFrame(List.of(rows), SCHEMA).coalesce(1);
    return BatchPredictor.transform(
        data,
        JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext()).broadcast(network),
        NetworkColumns.of(network.signature()),
        new PredictionConfig(List.of("left", "right"), BatchLimit.ofRows(8), HandleInvalid.ERROR));
  }

  private static Row row(int leftSteps, int rightSteps) {
    return RowFactory.create(steps(leftSteps), steps(rightSteps));
  }

  private static Double[][] steps(int count) {
    Double[][] steps = new Double[count][];
    for (int i = 0; i < count; i++) {
      steps[i] = new Double[] {0.5 * i};
    }
    return steps;
  }

  private static int length(Row row, String column) {
    return row.<Seq<?>>getAs(column).length();
  }
}
