// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.TestNetworks;

class ActivationMemoryTest {

  @Test
  void growsWithTheBatchAndHoldsItsActivations() {
    NetworkSnapshot network = NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)));
    long of32 = ActivationMemory.bytes(network, 32);
    assertThat(of32).isGreaterThanOrEqualTo(32 * (8 + 3) * Float.BYTES);
    assertThat(ActivationMemory.bytes(network, 64)).isEqualTo(2 * of32);
  }

  @Test
  void whatDl4jCannotTellIsNothing() {
    NetworkSnapshot network = NetworkSnapshot.initial(TestNetworks.graph(new Sgd(0.1)));
    assertThat(ActivationMemory.bytes(network, 32)).isZero();
  }
}
