// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.data.TensorColumn.Storage;
import org.sparkstrom.spark.network.LiveNetwork;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A JVM of its own that trains on four times as much data as it may keep in memory, and writes down
 * how much memory it has: bytes before the data came, after it came, after each epoch, and after
 * the store was closed; then the bytes that the store had in memory and on disk.
 *
 * <p>Arguments: directory for the file, memory limit in bytes, file for the result.
 */
final class StoreProcess {

  private static final int FEATURES = 784;
  private static final int CLASSES = 10;
  private static final int BATCH = 64;
  static final int EPOCHS = 10;
  private static final int TIMES_THE_LIMIT = 4;

  private StoreProcess() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    long limitBytes = Long.parseLong(args[1]);
    NativeRuntime.prepareTask();
    try (LiveNetwork network = LiveNetwork.of(NetworkSnapshot.initial(configuration()));
        BufferedWriter out = Files.newBufferedWriter(Path.of(args[2]))) {
      train(network, directory, limitBytes, limitBytes, 4); // loads classes and native code
      out.write(residentBytes() + "\n");
      long inMemory;
      long spilled;
      try (TensorStore store = fill(directory, limitBytes, TIMES_THE_LIMIT * limitBytes)) {
        out.write(residentBytes() + "\n");
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
          train(network, store, epoch);
          out.write(residentBytes() + "\n");
        }
        inMemory = store.memoryBytes();
        spilled = store.spilledBytes();
      }
      out.write(residentBytes() + "\n" + inMemory + "\n" + spilled + "\n");
    }
  }

  private static void train(
      LiveNetwork network, Path directory, long limitBytes, long dataBytes, int epochs)
      throws IOException {
    try (TensorStore store = fill(directory, limitBytes, dataBytes)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        train(network, store, epoch);
      }
    }
  }

  private static void train(LiveNetwork network, TensorStore store, int epoch) {
    BatchPlan plan =
        new BatchPlan(
            new BatchFormat(store.layout(), LabelWeights.none(1)),
            BatchPlan.Order.SHUFFLED,
            1,
            0,
            BATCH,
            store.rowCount());
    try (BatchReader reader = new BatchReader(store, plan)) {
      reader.seek(epoch, 0);
      for (long batch = 0; batch < plan.batchesPerEpoch(); batch++) {
        network.fit(reader.next());
      }
    }
  }

  private static TensorStore fill(Path directory, long limitBytes, long dataBytes)
      throws IOException {
    RowLayout layout =
        new RowLayout(
            List.of(new TensorColumn("x", Form.FLAT, List.of(FEATURES), Storage.FLOAT32, 1, 1)),
            List.of(new TensorColumn("y", Form.FLAT, List.of(CLASSES), Storage.CLASS_INDEX, 1, 1)),
            false);
    TensorStore store = new TensorStore(layout, limitBytes, directory);
    RowBlock.Writer writer = new RowBlock.Writer(layout, RowBlock.Use.TRAINING, 1 << 18);
    RowValues row = new RowValues(1, new Shapes(2));
    Random random = new Random(1);
    for (long bytes = 0; bytes < dataBytes; bytes += layout.maxRowBytes()) {
      row.input(0).reshape(1, FEATURES);
      for (int i = 0; i < FEATURES; i++) {
        row.input(0).values()[i] = random.nextFloat();
      }
      row.label(0).reshape(1, 1);
      row.label(0).values()[0] = random.nextInt(CLASSES);
      writer.add(row);
      if (writer.isFull()) {
        store.add(writer.take(0));
      }
    }
    store.seal();
    return store;
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no line VmRSS");
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Sgd(0.1))
        .list()
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(FEATURES)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
