// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPU that Spark assigned to a task, as ND4J counts GPUs.
 *
 * <p>Spark gives a task addresses, by which NVIDIA's tools number the GPUs of a host; ND4J counts
 * those that the process sees, from 0 on. They differ where {@code CUDA_VISIBLE_DEVICES} hides
 * some.
 */
final class TaskDevice {

  private static final String GPU = "gpu";

  private TaskDevice() {}

  /**
   * The number of the task's GPU. Of several the first one is taken: a worker computes on one.
   *
   * @param resources what Spark assigned to the task
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}; empty if it is not set
   * @param deviceCount GPUs that ND4J sees
   * @throws IllegalStateException if there is no GPU among the resources, or not one that ND4J sees
   */
  static int of(
      Map<String, ResourceInformation> resources, Optional<String> visible, int deviceCount) {
    ResourceInformation gpu = resources.get(GPU);
    if (gpu == null || gpu.addresses().length == 0) {
      throw new IllegalStateException(
          "with ND4J for CUDA a task needs a GPU of its own, but Spark has assigned it %s. Set spark.task.resource.gpu.amount=1, spark.executor.resource.gpu.amount to the tasks of an executor, and spark.executor.resource.gpu.discoveryScript; or take ND4J for CPUs (the jar sparkstrom-bundle in place of sparkstrom-bundle-gpu)."
              .formatted(
                  resources.isEmpty() ? "no resource" : "only " + List.copyOf(resources.keySet())));
    }
    String address = gpu.addresses()[0];
    int device =
        visible.isPresent()
            ? Stream.of(visible.get().split(",")).map(String::strip).toList().indexOf(address)
            : number(address);
    if (device < 0 || device >= deviceCount) {
      throw new IllegalStateException(
          "Spark has assigned GPU '%s' to the task, but ND4J sees %d GPUs%s; the addresses that spark.executor.resource.gpu.discoveryScript prints must be those"
              .formatted(
                  address,
                  deviceCount,
                  visible.map(", CUDA_VISIBLE_DEVICES=%s"::formatted).orElse(", numbered from 0")));
    }
    return device;
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
