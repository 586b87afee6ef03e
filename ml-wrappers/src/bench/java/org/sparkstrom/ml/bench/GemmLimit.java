// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.FloatPointer;

/** The matrix products of a network's layers and nothing else, in as many threads as cores. */
final class GemmLimit {
  private static final int BATCH = 256;

  private GemmLimit() {}

  /** Multiplies so many rows through layers of these sizes. */
  static void run(int[] layers, int rows, int threads)
      throws InterruptedException, ExecutionException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(() -> multiply(layers, rows / threads)));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void multiply(int[] layers, int rows) {
    List<FloatPointer> weights = new ArrayList<>();
    List<FloatPointer> values = new ArrayList<>(List.of(random(layers[0] * BATCH)));
    for (int i = 1; i < layers.length; i++) {
      weights.add(random(layers[i - 1] * layers[i]));
      values.add(random(layers[i] * BATCH));
    }
    try {
      for (int done = 0; done < rows; done += BATCH) {
        for (int i = 1; i < layers.length; i++) {
          cblas_sgemm(
              CblasColMajor,
              CblasNoTrans,
              CblasNoTrans,
              layers[i],
              BATCH,
              layers[i - 1],
              1,
              weights.get(i - 1),
              layers[i],
              values.get(i - 1),
              layers[i - 1],
              0,
              values.get(i),
              layers[i]);
        }
      }
    } finally {
      weights.forEach(FloatPointer::close);
      values.forEach(FloatPointer::close);
    }
  }

  private static FloatPointer random(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return new FloatPointer(values);
  }
}
