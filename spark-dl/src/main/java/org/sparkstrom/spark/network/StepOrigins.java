// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;

/**
 * Finds the inputs of a graph whose steps an output has, so that a padded output is cut to the
 * lengths of the right ones.
 *
 * <p>It goes from the output back to the inputs, past vertices that drop the steps or take them
 * from elsewhere. An input that it finds may also be one whose steps a layer on the way has
 * dropped; one that it does not find gives the output no steps.
 */
final class StepOrigins {

  private final ComputationGraphConfiguration graph;

  private StepOrigins(ComputationGraphConfiguration graph) {
    this.graph = graph;
  }

  /** Names of inputs for each output of the graph. */
  static List<Set<String>> of(ComputationGraphConfiguration graph) {
    StepOrigins origins = new StepOrigins(graph);
    return graph.getNetworkOutputs().stream().map(origins::ofOutput).toList();
  }

  private Set<String> ofOutput(String output) {
    Set<String> inputs = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (graph.getNetworkInputs().contains(name)) {
        inputs.add(name);
      } else if (seen.add(name)) {
        open.addAll(before(name));
      }
    }
    return inputs;
  }

  /** What a vertex has its steps from. */
  private List<String> before(String name) {
    GraphVertex vertex = GraphSignatureReader.unfrozen(graph.getVertices().get(name));
    List<String> from = graph.getVertexInputs().getOrDefault(name, List.of());
    if (vertex instanceof DuplicateToTimeSeriesVertex duplicate) {
      return List.of(duplicate.getInputName());
    }
    if (vertex instanceof LastTimeStepVertex) {
      return List.of();
    }
    return vertex instanceof AttentionVertex ? from.subList(0, 1) : from; // a step for each query
  }
}
