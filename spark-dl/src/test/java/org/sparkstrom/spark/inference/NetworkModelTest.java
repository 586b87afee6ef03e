// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.Seq;

class NetworkModelTest {

  private static final int SIZE = 3;

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .graphBuilder()
        .addInputs("steps")
        .addLayer("memory", new LSTM.Builder().nIn(SIZE).nOut(4).build(), "steps")
        .addLayer(
            "classes",
            new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(4)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build(),
            "memory")
        .setOutputs("classes")
        .build();
  }

  private static Double[][] walk(int row) {
    Double[][] steps = new Double[1 + row / 4][SIZE];
    for (int step = 0; step < steps.length; step++) {
      for (int i = 0; i < SIZE; i++) {
        steps[step][i] = Math.sin(row * 7 + step * 3 + i);
      }
    }
    return steps;
  }

  @Test
  void aGraphOfSequencesGivesStepByStepWhatDl4jGives() {
    NetworkSnapshot snapshot = NetworkSnapshot.initial(graph());
    NetworkModel model = NetworkModel.of(snapshot);
    assertThat(model.description())
        .isEqualTo(
            "the model takes 'steps' FLOAT32 [any, any, 3] and gives 'classes' FLOAT32 [any, any, 2]");
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 21; row++) {
      rows.add(RowFactory.create((Object) walk(row)));
    }
    Dataset<Row> data =
        SparkTests.session()
            .createDataFrame(
                rows,
                new StructType()
                    .add(
                        "walk",
                        DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType))))
            .coalesce(1);
    List<Row> predicted =
        ModelPredictor.transform(
                data,
                JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext())
                    .broadcast(model.payload()),
                ModelBinding.of(
                    model,
                    PredictionMapping.BY_NAME.withInputs(Map.of("steps", "walk")),
                    data.schema(),
                    BatchLimit.ofRows(3),
                    HandleInvalid.ERROR))
            .collectAsList();
    ComputationGraph reference = snapshot.restoreGraph();
    for (int row = 0; row < 21; row++) {
      Double[][] steps = walk(row);
      INDArray input = Nd4j.create(1, SIZE, steps.length);
      for (int step = 0; step < steps.length; step++) {
        for (int i = 0; i < SIZE; i++) {
          input.putScalar(0, i, step, steps[step][i].floatValue());
        }
      }
      INDArray expected = reference.output(input)[0];
      Seq<?> given = (Seq<?>) predicted.get(row).get(1);
      assertThat(given.length()).isEqualTo(steps.length);
      for (int step = 0; step < steps.length; step++) {
        for (int i = 0; i < 2; i++) {
          assertThat((float) ((Seq<?>) given.apply(step)).apply(i))
              .isCloseTo(expected.getFloat(0, i, step), within(1e-5f));
        }
      }
    }
    assertThat(SharedParameters.copyCount()).isZero();
    reference.close();
  }
}
