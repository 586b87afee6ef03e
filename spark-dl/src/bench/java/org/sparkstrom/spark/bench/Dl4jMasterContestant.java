// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.repartitioner.EqualRepartitioner;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.enums.MeshBuildMode;
import org.sparkstrom.sharing.transport.aeron.JdkModules;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * DL4J's own masters on Spark, with the settings under which they did best.
 *
 * <p>Each worker needs an address of its own in {@code DL4J_VOID_IP} for SharedTraining. One fit is
 * one epoch. SharedTraining keeps state in its executors, so that a second network learns nothing
 * there; its executors are warmed up with DL4J alone.
 */
final class Dl4jMasterContestant {
  private static final int AVERAGING_FREQUENCY = 5;
  private static final double THRESHOLD = 1e-3;
  private static final int PORT = 40_123;

  private Dl4jMasterContestant() {}

  public static void main(String[] arguments) throws Exception {
    Contest contest = Contest.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
    boolean shared = arguments[0].equals(Contestant.SHARED_TRAINING.key());
    if (shared) {
      JdkModules.openForAeron();
    }
    ThreadedFit.Rows heldOut = Digits.read(contest.data()).heldOut();
    try (SparkSession spark = SparkContest.session(contest)) {
      JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
      JavaRDD<DataSet> data = SparkContest.batches(spark, contest);
      TrainingMaster<?, ?> master = shared ? sharedTraining() : averaging();
      if (shared) {
        ContestClock.warmUp(() -> SparkContest.trainApart(data, contest));
      } else {
        SparkDl4jMultiLayer other = network(contest, context, master);
        ContestClock.warmUp(() -> other.fit(data));
      }
      SparkDl4jMultiLayer network = network(contest, context, master);
      ContestClock clock = contest.clock();
      boolean goOn = true;
      while (goOn) {
        goOn =
            clock.lap(
                contest.rows(),
                () -> network.fit(data),
                () -> Contest.accuracy(network.getNetwork(), heldOut));
      }
      clock.result().print();
      master.deleteTempFiles(context);
    }
    System.exit(0); // DL4J leaves threads behind
  }

  private static SparkDl4jMultiLayer network(
      Contest contest, JavaSparkContext context, TrainingMaster<?, ?> master) {
    return new SparkDl4jMultiLayer(context, contest.problem().network(contest.seed()), master);
  }

  private static TrainingMaster<?, ?> averaging() {
    return new ParameterAveragingTrainingMaster.Builder(
            SparkContest.EXECUTORS, TrainProblem.BATCH_SIZE)
        .batchSizePerWorker(TrainProblem.BATCH_SIZE)
        .averagingFrequency(AVERAGING_FREQUENCY)
        .storageLevel(SparkContest.STORAGE) // as it is already, or Spark refuses
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }

  private static TrainingMaster<?, ?> sharedTraining() {
    VoidConfiguration network =
        VoidConfiguration.builder()
            .unicastPort(PORT)
            .controllerAddress("127.0.0.1")
            .meshBuildMode(MeshBuildMode.PLAIN)
            .build();
    return new SharedTrainingMaster.Builder(
            network,
            SparkContest.EXECUTORS,
            new AdaptiveThresholdAlgorithm(THRESHOLD),
            TrainProblem.BATCH_SIZE)
        .batchSizePerWorker(TrainProblem.BATCH_SIZE)
        .workersPerNode(1)
        .storageLevel(SparkContest.STORAGE)
        .repartitioner(new EqualRepartitioner())
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }
}
