// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.memory.ProcessMemory;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A program that fits one network again and again in one Spark session and writes after each fit
 * what its process holds. Its JVM must have a heap of fixed size whose pages are touched from the
 * start, so that the resident memory grows by what lies outside the heap alone.
 */
final class TwentyFits {

  static final int FITS = 20;

  private TwentyFits() {}

  /**
   * Runs it.
   *
   * @param args a folder for Spark's local files
   */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try (SparkSession session =
        SparkTests.builder().config("spark.local.dir", args[0]).getOrCreate()) {
      Dataset<Row> data = SparkTests.cloudFrame(200, 3, 2);
      for (int fit = 0; fit < FITS; fit++) {
        new DistributedTrainer(
                session.sparkContext(),
                TrainingConfig.builder().workers(2).batchSize(20).epochs(2).build(),
                List.of())
            .fit(NetworkSnapshot.initial(network()), data, new ColumnBinding("features", "label"));
        System.gc();
        out.println(FitTrace.now().line());
      }
    }
  }

  /** About a million parameters, so that one copy that is left per fit shows. */
  private static MultiLayerConfiguration network() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.001))
        .list()
        .layer(new DenseLayer.Builder().nIn(4).nOut(1000).activation(Activation.RELU).build())
        .layer(new DenseLayer.Builder().nIn(1000).nOut(1000).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(1000)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /**
   * What a process holds at a moment.
   *
   * @param residentMib resident memory
   * @param threads threads of the JVM
   * @param openFiles open file descriptors
   * @param shmFolders folders of this process in /dev/shm
   */
  record FitTrace(long residentMib, long threads, long openFiles, long shmFolders) {

    private static final String PREFIX = "fit: ";

    static FitTrace now() {
      return new FitTrace(
          ProcessMemory.residentBytes() >> 20,
          Thread.getAllStackTraces().size(),
          count(Path.of("/proc/self/fd"), ""),
          shmFoldersOf(ProcessHandle.current().pid()));
    }

    /** Folders in /dev/shm that the process with this number has made. */
    static long shmFoldersOf(long pid) {
      return count(Path.of("/dev/shm"), "-" + pid + "-");
    }

    private static long count(Path folder, String part) {
      try (Stream<Path> entries = Files.list(folder)) {
        return entries.filter(entry -> entry.getFileName().toString().contains(part)).count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String line() {
      return PREFIX + residentMib + " " + threads + " " + openFiles + " " + shmFolders;
    }

    static List<FitTrace> parse(List<String> lines) {
      return lines.stream()
          .filter(line -> line.startsWith(PREFIX))
          .map(line -> line.substring(PREFIX.length()).split(" "))
          .map(
              part ->
                  new FitTrace(
                      Long.parseLong(part[0]),
                      Long.parseLong(part[1]),
                      Long.parseLong(part[2]),
                      Long.parseLong(part[3])))
          .toList();
    }
  }
}
