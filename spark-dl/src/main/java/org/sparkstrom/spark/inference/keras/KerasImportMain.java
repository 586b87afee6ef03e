// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.keras;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.sparkstrom.spark.inference.NetworkModel;
import org.sparkstrom.spark.inference.TensorSpec;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Imports one Keras model: the program that {@link KerasImportProcess} runs. */
final class KerasImportMain {

  /** File in which it leaves the reason if DL4J cannot import the model. */
  static final String REASON = "reason";

  private KerasImportMain() {}

  /** Takes the folder with {@code model.h5}, and leaves the network there. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try {
      convert(folder);
    } catch (Exception | LinkageError e) {
      Files.writeString(folder.resolve(REASON), reason(e), StandardCharsets.UTF_8);
      throw e;
    }
  }

  private static String reason(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return failure.getClass().getSimpleName() + ": " + text;
  }

  private static void convert(Path folder) throws Exception {
    String file = folder.resolve("model.h5").toString();
    KerasConfig config = config(file);
    NetworkSnapshot snapshot;
    List<TensorSpec> inputs;
    if (config.isSequential()) {
      snapshot =
          NetworkSnapshot.of(KerasModelImport.importKerasSequentialModelAndWeights(file, false));
      inputs = List.of(config.firstInput());
    } else {
      ComputationGraph graph = KerasModelImport.importKerasModelAndWeights(file, false);
      snapshot = NetworkSnapshot.of(graph);
      inputs = config.inputs(graph.getConfiguration().getNetworkInputs());
    }
    Path zip = folder.resolve("network.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      snapshot.forInference().write(out);
    }
    try (InputStream in = Files.newInputStream(zip)) {
      NetworkModel model =
          NetworkModel.of(NetworkSnapshot.read(in), NetworkModel.Layout.ROWS, inputs);
      Files.writeString(
          folder.resolve("signature.json"), model.signatureJson(), StandardCharsets.UTF_8);
    }
  }

  private static KerasConfig config(String file) throws Exception {
    try (Hdf5Archive archive = new Hdf5Archive(file)) {
      if (!archive.hasAttribute("model_config")) {
        throw new IllegalArgumentException(
            "it has weights but no configuration; save the whole model with model.save");
      }
      return KerasConfig.ofJson(archive.readAttributeAsJson("model_config"));
    }
  }
}
