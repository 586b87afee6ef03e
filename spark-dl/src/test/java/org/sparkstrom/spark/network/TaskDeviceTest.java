// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {

  @Test
  void theAddressIsTheNumberOfTheDevice() {
    assertThat(TaskDevice.of(gpu("3"), Optional.empty(), 4)).isEqualTo(3);
    assertThat(TaskDevice.of(gpu("1", "2"), Optional.empty(), 4)).isEqualTo(1);
  }

  @Test
  void hiddenDevicesAreNotCounted() {
    assertThat(TaskDevice.of(gpu("5"), Optional.of("4, 5"), 2)).isEqualTo(1);
    assertThat(TaskDevice.of(gpu("GPU-8a2b"), Optional.of("GPU-8a2b,GPU-11"), 2)).isZero();
  }

  @Test
  void aTaskWithoutAGpuIsAnErrorWithTheSettings() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskDevice.of(Map.of(), Optional.empty(), 1))
        .withMessageContaining("no resource")
        .withMessageContaining("spark.task.resource.gpu.amount=1")
        .withMessageContaining("spark.executor.resource.gpu.amount")
        .withMessageContaining("spark.executor.resource.gpu.discoveryScript");
    Map<String, ResourceInformation> fpga =
        Map.of("fpga", new ResourceInformation("fpga", new String[] {"0"}));
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskDevice.of(fpga, Optional.empty(), 1))
        .withMessageContaining("only [fpga]");
  }

  @Test
  void aDeviceThatNd4jDoesNotSeeIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskDevice.of(gpu("2"), Optional.empty(), 2))
        .withMessageContaining("GPU '2'")
        .withMessageContaining("ND4J sees 2 GPUs");
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskDevice.of(gpu("2"), Optional.of("0,1"), 2))
        .withMessageContaining("CUDA_VISIBLE_DEVICES=0,1");
    assertThatIllegalStateException()
        .isThrownBy(() -> TaskDevice.of(gpu("MIG-77"), Optional.empty(), 2))
        .withMessageContaining("GPU 'MIG-77'");
  }

  private static Map<String, ResourceInformation> gpu(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }
}
