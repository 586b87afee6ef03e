// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.sparkstrom.spark.network.LayerForms.Taken;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * Reads a graph's signature from its configuration: what an input must be follows from the first
 * layers that it reaches.
 */
final class GraphSignatureReader {

  private final ComputationGraphConfiguration graph;

  private GraphSignatureReader(ComputationGraphConfiguration graph) {
    this.graph = graph;
  }

  /**
   * The signature of a graph, under its own names.
   *
   * @throws IllegalArgumentException if an output has no loss
   */
  static NetworkSignature of(ComputationGraphConfiguration graph) {
    GraphSignatureReader reader = new GraphSignatureReader(graph);
    List<NetworkOutput> outputs = new ArrayList<>();
    for (String name : graph.getNetworkOutputs()) {
      outputs.add(reader.output(name));
    }
    return new NetworkSignature(inputs(graph), outputs);
  }

  /** What the graph takes. */
  static List<NetworkInput> inputs(ComputationGraphConfiguration graph) {
    GraphSignatureReader reader = new GraphSignatureReader(graph);
    List<NetworkInput> inputs = new ArrayList<>();
    for (String name : graph.getNetworkInputs()) {
      Taken taken = reader.taken(name).orElse(Taken.flat(NetworkInput.UNKNOWN));
      inputs.add(taken.input(name));
    }
    return inputs;
  }

  private NetworkOutput output(String name) {
    GraphVertex vertex = unfrozen(graph.getVertices().get(name));
    if (!(vertex instanceof LayerVertex layer)) {
      throw new IllegalArgumentException(
          "output '%s' of the graph must be an output layer, but is a %s; end it with an OutputLayer"
              .formatted(name, vertex.getClass().getSimpleName()));
    }
    return OutputForms.of(name, layer.getLayerConf().getLayer(), sizeBefore(name));
  }

  /** Size of what a layer takes, as the nearest layer before it says. */
  private OptionalLong sizeBefore(String name) {
    List<String> from = graph.getVertexInputs().get(name);
    if (from == null || from.size() != 1) {
      return OptionalLong.empty();
    }
    String before = from.get(0);
    if (unfrozen(graph.getVertices().get(before)) instanceof LayerVertex layer) {
      OptionalLong size = OutputForms.size(layer.getLayerConf().getLayer());
      return size.isPresent() ? size : sizeBefore(before);
    }
    return OptionalLong.empty();
  }

  /** What the output of this input or vertex must be for those that take it; the most exact. */
  private Optional<Taken> taken(String name) {
    Optional<Taken> best = Optional.empty();
    for (Map.Entry<String, List<String>> consumer : graph.getVertexInputs().entrySet()) {
      int place = consumer.getValue().indexOf(name);
      if (place >= 0) {
        Optional<Taken> one = takenBy(consumer.getKey(), place);
        if (best.isEmpty() || (one.isPresent() && one.get().isMoreExactThan(best.get()))) {
          best = one;
        }
      }
    }
    return best;
  }

  private Optional<Taken> takenBy(String name, int place) {
    GraphVertex vertex = unfrozen(graph.getVertices().get(name));
    if (vertex instanceof LayerVertex layer) {
      Optional<Taken> taken =
          LayerForms.taken(
              layer.getLayerConf().getLayer(), Optional.ofNullable(layer.getPreProcessor()));
      return taken.isPresent() ? taken : taken(name);
    }
    if (vertex instanceof PreprocessorVertex preprocessor) {
      return LayerForms.before(preprocessor.getPreProcessor(), taken(name));
    }
    if (vertex instanceof AttentionVertex attention) {
      return Optional.of(
          Taken.sequence(
              switch (place) {
                case 0 -> attention.getNInQueries();
                case 1 -> attention.getNInKeys();
                default -> attention.getNInValues();
              }));
    }
    if (vertex instanceof LastTimeStepVertex) {
      return Optional.of(Taken.sequence(firstSize(taken(name))));
    }
    if (vertex instanceof DuplicateToTimeSeriesVertex) {
      return Optional.of(Taken.flat(firstSize(taken(name))));
    }
    if (vertex instanceof L2Vertex || vertex instanceof ReshapeVertex) {
      return Optional.of(Taken.flat(NetworkInput.UNKNOWN));
    }
    if (vertex instanceof MergeVertex
        || vertex instanceof SubsetVertex
        || vertex instanceof PoolHelperVertex) {
      return taken(name).map(behind -> Taken.ofAnySize(behind.form()));
    }
    return taken(name); // element by element, scaled, shifted, stacked, reversed
  }

  private static long firstSize(Optional<Taken> behind) {
    return behind
        .filter(taken -> taken.form() != Form.IMAGE)
        .map(taken -> (long) taken.shape().get(0))
        .orElse((long) NetworkInput.UNKNOWN);
  }

  /** The vertex itself, where it is frozen. */
  static GraphVertex unfrozen(GraphVertex vertex) {
    return vertex instanceof FrozenVertex frozen ? unfrozen(frozen.getUnderlying()) : vertex;
  }
}
