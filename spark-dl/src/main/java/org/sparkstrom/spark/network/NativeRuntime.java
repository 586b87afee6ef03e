// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.memory.ExecutorMemory;
import org.sparkstrom.spark.memory.MemoryWatch;
import org.sparkstrom.spark.memory.ProcessMemory;

/**
 * The native library under ND4J, set up once per JVM for Spark: memory limits, safe deallocation,
 * and as many arithmetic threads as a task has cores.
 *
 * <p>Spark runs as many tasks on an executor as it has cores for, so more threads inside a task
 * only compete with other tasks. One thread also makes sums come in one order, which equal results
 * need.
 */
public final class NativeRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(NativeRuntime.class);
  private static final String UNPACKED = "javacpp";

  /** Variables by which a standalone worker and YARN tell of such a folder. */
  private static final List<String> APPLICATION_FOLDER =
      List.of("SPARK_EXECUTOR_DIRS", "CONTAINER_ID");

  private NativeRuntime() {}

  /** Run once, when the class that holds it is first used. */
  private static final class Once {
    /** Why ND4J does not run here; empty if it does. */
    static final Optional<String> PROBLEM;

    static {
      limitMemory();
      PROBLEM = NativeBackend.load();
      if (PROBLEM.isEmpty() && Nd4j.getEnvironment().isCPU()) {
        DeferredDeallocation.replaceNd4jThreads();
        reportKernel();
      }
    }
  }

  /**
   * Loads ND4J if need be, with limits, and makes its deallocation safe. To be called before DL4J
   * makes or reads a configuration, which loads ND4J too, without our limits and with errors that
   * name no cause. Idempotent.
   *
   * @throws IllegalStateException if ND4J's native code does not run on this machine
   */
  public static void prepare() {
    Once.PROBLEM.ifPresent(
        problem -> {
          throw new IllegalStateException(problem);
        });
  }

  /**
   * Prepares ND4J for the Spark task that this thread runs: as many arithmetic threads as the task
   * has cores ({@code spark.task.cpus}), and with ND4J for CUDA the GPU that Spark assigned to it.
   * To be called on each thread that computes, before its first array, because the number of
   * threads is kept per thread. Outside a task it is one arithmetic thread, and the GPU is ND4J's
   * choice. Idempotent.
   *
   * @throws IllegalStateException if ND4J's native code does not run on this machine, or ND4J
   *     computes on GPUs and the task has none
   */
  public static void prepareTask() {
    TaskContext task = TaskContext.get();
    prepareThread(task == null ? 1 : task.cpus());
    if (task != null && !Nd4j.getEnvironment().isCPU()) {
      int device =
          TaskDevice.of(
              task.resourcesJMap(),
              Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")),
              Nd4j.getAffinityManager().getNumberOfDevices());
      Nd4j.getAffinityManager().unsafeSetDevice(device);
    }
  }

  /**
   * Prepares ND4J for a thread that helps a task, with as many arithmetic threads as told.
   *
   * @param arithmeticThreads at least 1
   */
  public static void prepareThread(int arithmeticThreads) {
    prepare();
    Nd4j.getEnvironment().setMaxThreads(arithmeticThreads);
    Nd4j.getEnvironment().setMaxMasterThreads(arithmeticThreads);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(arithmeticThreads);
    if (Nd4j.getEnvironment().isCPU()) {
      Nd4j.factory().blas().setMaxThreads(arithmeticThreads);
    }
  }

  private static void limitMemory() {
    Optional<SparkEnv> spark = Optional.ofNullable(SparkEnv.get());
    OptionalLong nativeBytes = OptionalLong.empty();
    if (spark.isPresent()) {
      ExecutorMemory memory =
          ExecutorMemory.ofThisJvm(
              spark.get().conf(), spark.get().executorId(), ProcessMemory.current());
      nativeBytes = OptionalLong.of(memory.nativeBytes());
      MemoryWatch.start(memory);
    }
    JavaCppSettings settings =
        new JavaCppSettings(
            nativeBytes,
            spark.map(env -> unpackDirectory(System.getenv(), SparkInternals.localDirectory())));
    settings.applyTo(System.getProperties());
    List<String> differences = settings.differences(Pointer.maxBytes(), Pointer.maxPhysicalBytes());
    if (!differences.isEmpty()) {
      LOG.info(
          "JavaCPP was in use before this fit could set its limits: {}. Set them with -D in the JVM's options, or use Sparkstrom before ND4J.",
          String.join("; ", differences));
    }
  }

  /**
   * A folder that Spark removes: beside its blocks where the executors of an application on one
   * host have a folder of their own, else one of this JVM's. Never among its blocks, which go with
   * the session, while JavaCPP looks for its files as long as the JVM lives.
   *
   * @param environment of this process
   * @param blocks where Spark keeps the blocks of this executor
   */
  static Path unpackDirectory(Map<String, String> environment, Path blocks) {
    boolean ownFolder = APPLICATION_FOLDER.stream().anyMatch(environment::containsKey);
    Path folder =
        ownFolder ? blocks.getParent() : SparkInternals.temporaryDirectory(blocks.getParent());
    return folder.resolve(UNPACKED);
  }

  private static void reportKernel() {
    BlasKernel.inUse()
        .ifPresent(
            kernel -> {
              LOG.info("matrices are multiplied by {}", kernel.config());
              kernel.misfit(BlasKernel.cpuFlags()).ifPresent(LOG::warn);
            });
  }
}
