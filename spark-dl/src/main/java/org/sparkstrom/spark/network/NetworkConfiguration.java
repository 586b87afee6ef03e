// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * A network's configuration, of either kind that DL4J has.
 *
 * <p>It exists so that the two kinds are told apart in one place.
 */
public sealed interface NetworkConfiguration {

  /**
   * The configuration that DL4J has written as this JSON. The kind is told by what only one of them
   * has: {@code confs} or {@code vertices}.
   *
   * @throws IllegalArgumentException if it is neither kind, or DL4J cannot read it
   */
  static NetworkConfiguration ofJson(String json) {
    NativeRuntime.prepare();
    try {
      return isGraph(json)
          ? new Graph(ComputationGraphConfiguration.fromJson(json))
          : new Layered(MultiLayerConfiguration.fromJson(json));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "the configuration must be DL4J's JSON of a MultiLayerConfiguration or a"
              + " ComputationGraphConfiguration, but cannot be read as one: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static boolean isGraph(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        switch (parser.getCurrentName()) {
          case "vertices" -> {
            return true;
          }
          case "confs" -> {
            return false;
          }
          default -> {
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
    }
    throw new IOException("it has neither the layers 'confs' nor the graph's 'vertices'");
  }

  /** As DL4J writes it. */
  String toJson();

  /** What the network takes. */
  List<NetworkInput> inputs();

  /** Names of what the network gives. */
  List<String> outputNames();

  /** For each output, the names of the inputs whose steps it may have if it is a sequence. */
  List<Set<String>> stepOrigins();

  /**
   * What the network takes and gives.
   *
   * @throws IllegalArgumentException if an output has no loss
   */
  NetworkSignature signature();

  /** The layers by name, or by number where they have none; in their order. */
  Map<String, NeuralNetConfiguration> layers();

  /** How errors flow back through time. */
  BackpropType backpropType();

  /** Iterations that the configuration says the network has been trained. */
  int iteration();

  /** Epochs that the configuration says the network has been trained. */
  int epoch();

  /** A new network with first parameters as the seed gives them. The caller closes it. */
  LiveNetwork initialize();

  /**
   * A network over these parameters, whose own this configuration becomes. The caller closes it,
   * and the parameters with it.
   *
   * @param parameters float32 [1, parameterCount]; used as they are, not copied
   * @param iteration iterations trained so far
   * @param epoch epochs trained so far
   */
  LiveNetwork over(INDArray parameters, int iteration, int epoch);

  /** Layers in a row. */
  record Layered(MultiLayerConfiguration configuration) implements NetworkConfiguration {

    @Override
    public String toJson() {
      return configuration.toJson();
    }

    @Override
    public List<NetworkInput> inputs() {
      return SignatureReader.inputs(configuration);
    }

    @Override
    public List<String> outputNames() {
      return List.of(SignatureReader.OUTPUT);
    }

    @Override
    public List<Set<String>> stepOrigins() {
      return List.of(Set.of(SignatureReader.INPUT));
    }

    @Override
    public NetworkSignature signature() {
      return SignatureReader.of(configuration);
    }

    @Override
    public Map<String, NeuralNetConfiguration> layers() {
      Map<String, NeuralNetConfiguration> layers = new LinkedHashMap<>();
      IntStream.range(0, configuration.getConfs().size())
          .forEach(
              i -> {
                NeuralNetConfiguration layer = configuration.getConf(i);
                String name = layer.getLayer().getLayerName();
                boolean named = name != null && !layers.containsKey(name);
                layers.put(named ? name : String.valueOf(i), layer);
              });
      return layers;
    }

    @Override
    public BackpropType backpropType() {
      return configuration.getBackpropType();
    }

    @Override
    public int iteration() {
      return configuration.getIterationCount();
    }

    @Override
    public int epoch() {
      return configuration.getEpochCount();
    }

    @Override
    public LiveNetwork initialize() {
      return LayeredNetwork.initialize(configuration.clone());
    }

    @Override
    public LiveNetwork over(INDArray parameters, int iteration, int epoch) {
      return LayeredNetwork.over(configuration, parameters, iteration, epoch);
    }
  }

  /** Layers and other vertices in a graph without cycles. */
  record Graph(ComputationGraphConfiguration configuration) implements NetworkConfiguration {

    @Override
    public String toJson() {
      return configuration.toJson();
    }

    @Override
    public List<NetworkInput> inputs() {
      return GraphSignatureReader.inputs(configuration);
    }

    @Override
    public List<String> outputNames() {
      return List.copyOf(configuration.getNetworkOutputs());
    }

    @Override
    public List<Set<String>> stepOrigins() {
      return StepOrigins.of(configuration);
    }

    @Override
    public NetworkSignature signature() {
      return GraphSignatureReader.of(configuration);
    }

    @Override
    public Map<String, NeuralNetConfiguration> layers() {
      Map<String, NeuralNetConfiguration> layers = new LinkedHashMap<>();
      configuration
          .getVertices()
          .forEach(
              (name, vertex) -> {
                if (vertex instanceof LayerVertex layer) {
                  layers.put(name, layer.getLayerConf());
                }
              });
      return layers;
    }

    @Override
    public BackpropType backpropType() {
      return configuration.getBackpropType();
    }

    @Override
    public int iteration() {
      return configuration.getIterationCount();
    }

    @Override
    public int epoch() {
      return configuration.getEpochCount();
    }

    @Override
    public LiveNetwork initialize() {
      return GraphNetwork.initialize(configuration.clone());
    }

    @Override
    public LiveNetwork over(INDArray parameters, int iteration, int epoch) {
      return GraphNetwork.over(configuration, parameters, iteration, epoch);
    }
  }
}
