// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * Sends one row of zeros through a network, to find on the driver what would fail on every worker:
 * layers that do not fit each other, or data that does not fit the first ones.
 */
public final class NetworkProbe {

  /** Steps of the sequences that are tried; not 1, which some layers take for a vector. */
  private static final int STEPS = 2;

  private NetworkProbe() {}

  /**
   * Requires that the network takes rows of these shapes and gives what its signature says.
   *
   * @param rows what the data has for each input, in the network's order; inputs with a size that
   *     is not known are taken for granted
   * @throws IllegalArgumentException with both shapes, if it does not
   */
  public static void requireFits(NetworkSnapshot network, List<NetworkInput> rows) {
    NetworkSignature signature = network.signature();
    requireSameShapes(signature.inputs(), rows);
    if (rows.stream().anyMatch(row -> row.shape().contains(NetworkInput.UNKNOWN))) {
      return;
    }
    INDArray[] features = rows.stream().map(NetworkProbe::zeros).toArray(INDArray[]::new);
    try (LiveNetwork live = LiveNetwork.of(network.forInference())) {
      INDArray[] outputs = output(live, features, rows);
      for (int i = 0; i < outputs.length; i++) {
        requireShape(signature.outputs().get(i), outputs[i].shape());
      }
    }
  }

  /**
   * The shapes of the data, as far as the network's own signature does not contradict them.
   *
   * @throws IllegalArgumentException if it does
   */
  private static void requireSameShapes(List<NetworkInput> taken, List<NetworkInput> rows) {
    if (taken.size() != rows.size()) {
      throw new IllegalArgumentException(
          "the network takes %d inputs, %s, but the data has %d: %s"
              .formatted(taken.size(), names(taken), rows.size(), names(rows)));
    }
    for (int i = 0; i < taken.size(); i++) {
      if (!fits(taken.get(i), rows.get(i))) {
        throw new IllegalArgumentException(
            "input '%s' of the network takes %s, but the data for it has %s; change the layer's nIn or the network's input type, or the columns"
                .formatted(taken.get(i).name(), text(taken.get(i)), text(rows.get(i))));
      }
    }
  }

  private static boolean fits(NetworkInput taken, NetworkInput row) {
    if (taken.form() != row.form()) {
      return false;
    }
    for (int axis = 0; axis < taken.shape().size(); axis++) {
      int wanted = taken.shape().get(axis);
      int has = row.shape().get(axis);
      if (wanted != has && wanted != NetworkInput.UNKNOWN && has != NetworkInput.UNKNOWN) {
        return false;
      }
    }
    return true;
  }

  private static INDArray zeros(NetworkInput row) {
    List<Long> shape = new ArrayList<>(List.of(1L));
    row.shape().forEach(size -> shape.add((long) size));
    if (row.form() == Form.SEQUENCE) {
      shape.add((long) STEPS);
    }
    return Nd4j.zeros(shape.stream().mapToLong(Long::longValue).toArray());
  }

  private static INDArray[] output(
      LiveNetwork network, INDArray[] features, List<NetworkInput> rows) {
    try {
      return network.output(features, Optional.empty());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the network's layers do not fit each other or the data: a row of %s fails with '%s'; check nIn and nOut of each layer, or build the network with its input type"
              .formatted(
                  rows.stream().map(NetworkProbe::text).collect(Collectors.joining(" and ")),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static void requireShape(NetworkOutput output, long[] shape) {
    int rank =
        switch (output.form()) {
          case FLAT -> 2;
          case SEQUENCE -> 3;
          case IMAGE -> 4;
        };
    if (shape.length != rank || shape[0] != 1 || shape[1] != output.size()) {
      throw new IllegalArgumentException(
          "output '%s' of the network must be %s of %d values for a row, but is %s for one; does a layer before it take steps for rows?"
              .formatted(output.name(), output.form(), output.size(), Arrays.toString(shape)));
    }
  }

  private static List<String> names(List<NetworkInput> inputs) {
    return inputs.stream().map(NetworkInput::name).toList();
  }

  private static String text(NetworkInput input) {
    return input.form() + " " + input.shape().toString().replace("-1", "any");
  }
}
