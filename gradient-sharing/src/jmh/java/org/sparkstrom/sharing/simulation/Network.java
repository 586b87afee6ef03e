// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.ArrayList;
import java.util.List;
import org.sparkstrom.sharing.codec.BlockLayout;

/**
 * A neural network as the exchange sees it.
 *
 * @param name for tables
 * @param layout blocks of its real size
 * @param computeMs time of one step without the exchange
 */
record Network(String name, BlockLayout layout, double computeMs) {

  /** About a million parameters in six blocks: a perceptron with two hidden layers. */
  static Network million(double computeMs) {
    return new Network(
        "1M", BlockLayout.of(784 * 1024, 1024, 1024 * 192, 192, 192 * 10, 10), computeMs);
  }

  /** ResNet-50: 25.5 million parameters, each layer's weights and each normalization a block. */
  static Network resNet50(double computeMs) {
    List<Integer> blocks = new ArrayList<>(List.of(7 * 7 * 3 * 64, 2 * 64));
    int in = 64;
    int[] repeats = {3, 4, 6, 3};
    for (int stage = 0; stage < repeats.length; stage++) {
      int mid = 64 << stage;
      int out = 4 * mid;
      for (int repeat = 0; repeat < repeats[stage]; repeat++) {
        blocks.addAll(List.of(in * mid, 2 * mid, 9 * mid * mid, 2 * mid, mid * out, 2 * out));
        if (repeat == 0) {
          blocks.addAll(List.of(in * out, 2 * out));
        }
        in = out;
      }
    }
    blocks.addAll(List.of(2048 * 1000, 1000));
    int[] lengths = blocks.stream().mapToInt(Integer::intValue).toArray();
    return new Network("25M", BlockLayout.of(lengths), computeMs);
  }
}
