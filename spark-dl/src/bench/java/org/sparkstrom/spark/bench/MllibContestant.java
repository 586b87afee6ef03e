// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * MLlib's perceptron. It has no Adam and no ReLU: sigmoid and l-bfgs, over all rows in each
 * iteration. It tells nothing before it is done, so it runs 25 iterations at a time, each from the
 * weights of the last.
 */
final class MllibContestant {
  private static final int ITERATIONS = 25;

  private MllibContestant() {}

  public static void main(String[] arguments) throws Exception {
    Contest contest = Contest.parse(arguments);
    ThreadedFit.Rows heldOut = Digits.read(contest.data()).heldOut();
    try (SparkSession spark = SparkContest.session(contest)) {
      MultilayerPerceptronClassifier perceptron =
          new MultilayerPerceptronClassifier()
              .setLayers(new int[] {TrainProblem.FEATURES, 256, Digits.CLASS_COUNT})
              .setSeed(contest.seed());
      Dataset<Row> data =
          SparkContest.cached(SparkContest.frame(spark, contest).where("NOT heldOut"));
      perceptron.setMaxIter(2);
      ContestClock.warmUp(() -> perceptron.fit(data));
      perceptron.setMaxIter(ITERATIONS);
      ContestClock clock = contest.clock();
      MultilayerPerceptronClassificationModel[] model =
          new MultilayerPerceptronClassificationModel[1];
      boolean goOn = true;
      while (goOn) {
        goOn =
            clock.lap(
                (long) ITERATIONS * contest.rows(),
                () -> {
                  model[0] = perceptron.fit(data);
                  perceptron.setInitialWeights(model[0].weights());
                },
                () -> accuracy(model[0], heldOut));
      }
      clock.result().print();
    }
    System.exit(0);
  }

  private static double accuracy(
      MultilayerPerceptronClassificationModel model, ThreadedFit.Rows rows) {
    float[] features = new float[TrainProblem.FEATURES];
    double[] wide = new double[features.length];
    int correct = 0;
    for (int row = 0; row < rows.count(); row++) {
      int label = rows.read(row, features, 0);
      for (int i = 0; i < wide.length; i++) {
        wide[i] = features[i];
      }
      correct += model.predict(Vectors.dense(wide)) == label ? 1 : 0;
    }
    return (double) correct / rows.count();
  }
}
