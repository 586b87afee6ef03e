// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.EdgeHandling;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.OperationType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.datavec.DataVecTransformer;
import org.sparkstrom.datavec.sequence.SequenceFeatures;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingResult;

/** The whole way of a recurrent network: events in rows, sequences, features, a fit. */
class RecurrentTrainingTest {

  @Test
  void eventsBecomeSequencesThatARecurrentNetworkLearns() {
    TransformProcess process =
        new TransformProcess.Builder(
                new Schema.Builder()
                    .addColumnInteger("series")
                    .addColumnLong("time")
                    .addColumnDouble("x")
                    .addColumnCategorical("state", "falling", "rising")
                    .build())
            .categoricalToInteger("state")
            .convertToSequence("series", new NumericalColumnComparator("time"))
            .transform(
                new SequenceOffsetTransform(
                    List.of("x"), 1, OperationType.NewColumn, EdgeHandling.TrimSequence, null))
            .build();
    Dataset<Row> sequences =
        new DataVecTransformer().setTransformProcess(process).transform(events());
    Dataset<Row> data =
        SequenceFeatures.of("x", "sequenceOffset(1,x)")
            .column(sequences, "features")
            .withColumnRenamed("state", "label")
            .select("features", "label");

    TrainingResult result =
        new DistributedTrainer(
                TestSpark.session().sparkContext(),
                TrainingConfig.builder()
                    .workers(2)
                    .batchSize(16)
                    .quantizer(Quantizer.NONE)
                    .epochs(30)
                    .build(),
                List.of())
            .fit(NetworkSnapshot.initial(network()), data, new ColumnBinding("features", "label"));

    List<Double> loss = result.lossPerEpoch();
    assertThat(loss.get(loss.size() - 1)).isLessThan(0.6 * loss.get(0));
  }

  /** Series of unequal lengths, shuffled; the state tells whether x is above the one before. */
  private static Dataset<Row> events() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int series = 0; series < 120; series++) {
      double before = 1;
      for (int time = 0; time < 3 + series % 5; time++) {
        double x = random.nextDouble() * 2 - 1;
        rows.add(RowFactory.create(series, (long) time, x, x > before ? "rising" : "falling"));
        before = x;
      }
    }
    Collections.shuffle(rows, random);
    return TestSpark.session()
        .createDataFrame(
            rows, StructType.fromDDL("series INT, time BIGINT, x DOUBLE, state STRING"));
  }

  private static MultiLayerConfiguration network() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.03))
        .list()
        .layer(new LSTM.Builder().nIn(2).nOut(8).activation(Activation.TANH).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(8)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
