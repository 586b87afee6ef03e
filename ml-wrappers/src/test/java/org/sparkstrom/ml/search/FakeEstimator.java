// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A learner whose curve is known: after n iterations it scores quality * (1 - 1 / (n + 1)). It
 * fails for a quality below 0, and hangs in a job for one above 1.
 */
public final class FakeEstimator extends Estimator<FakeEstimator.Fitted> {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final DoubleParam quality;
  private final IntParam maxIter;

  FakeEstimator() {
    this("fake");
  }

  private FakeEstimator(String uid) {
    this.uid = uid;
    quality = new DoubleParam(this, "quality", "score in the end");
    maxIter = new IntParam(this, "maxIter", "iterations");
    setDefault(quality, 0.5);
    setDefault(maxIter, 9);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the score in the end. */
  public DoubleParam quality() {
    return quality;
  }

  /** Param for the iterations. */
  public IntParam maxIter() {
    return maxIter;
  }

  @Override
  public Fitted fit(Dataset<?> data) {
    double end = (double) getOrDefault(quality);
    int iterations = (int) getOrDefault(maxIter);
    if (end < 0) {
      throw new IllegalStateException("no learning below zero");
    }
    if (end > 1) {
      data.toDF().coalesce(1).javaRDD().foreachPartition(rows -> TimeUnit.MINUTES.sleep(30));
    }
    return new Fitted(end * (1 - 1.0 / (iterations + 1)));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema.add("score", DataTypes.DoubleType);
  }

  @Override
  public FakeEstimator copy(ParamMap extra) {
    return copyValues(new FakeEstimator(uid), extra);
  }

  /** What it learns: one number. */
  public static final class Fitted extends Model<Fitted> {
    private static final long serialVersionUID = 1L;

    private final double score;

    Fitted(double score) {
      this.score = score;
    }

    double score() {
      return score;
    }

    @Override
    public String uid() {
      return "fitted";
    }

    @Override
    public Fitted copy(ParamMap extra) {
      return new Fitted(score);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> data) {
      return data.withColumn("score", functions.lit(score));
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema.add("score", DataTypes.DoubleType);
    }
  }

  /** Reads the score. */
  static final class Score extends Evaluator {
    private static final long serialVersionUID = 1L;

    private final boolean largerIsBetter;

    Score(boolean largerIsBetter) {
      this.largerIsBetter = largerIsBetter;
    }

    @Override
    public String uid() {
      return "score";
    }

    @Override
    public double evaluate(Dataset<?> data) {
      return data.toDF().select("score").first().getDouble(0);
    }

    @Override
    public boolean isLargerBetter() {
      return largerIsBetter;
    }

    @Override
    public Score copy(ParamMap extra) {
      return new Score(largerIsBetter);
    }
  }
}
