// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** What users of DL4J write without us: its output() for each row. */
final class RowByRow implements MapPartitionsFunction<Row, Integer> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<NetworkSnapshot> network;

  private RowByRow(Broadcast<NetworkSnapshot> network) {
    this.network = network;
  }

  /** The predicted classes, lazily. */
  static Dataset<Integer> transform(Dataset<Row> data, NetworkSnapshot network) {
    JavaSparkContext spark = new JavaSparkContext(data.sparkSession().sparkContext());
    return data.mapPartitions(new RowByRow(spark.broadcast(network)), Encoders.INT());
  }

  @Override
  public Iterator<Integer> call(Iterator<Row> rows) {
    MultiLayerNetwork replica = network.value().restore();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Integer next() {
        double[] wide = rows.next().<Vector>getAs("features").toArray();
        float[] features = new float[wide.length];
        for (int i = 0; i < features.length; i++) {
          features[i] = (float) wide[i];
        }
        INDArray output = replica.output(Nd4j.create(features, new long[] {1, features.length}));
        return output.argMax(1).getInt(0);
      }
    };
  }
}
