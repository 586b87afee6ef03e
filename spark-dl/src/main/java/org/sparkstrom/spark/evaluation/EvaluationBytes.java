// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Evaluations on their way between driver and executors, inside tasks and their results.
 *
 * <p>As bytes they do not depend on {@code spark.serializer}: Kryo without a registrator drops the
 * arrays in them silently.
 */
final class EvaluationBytes {

  private EvaluationBytes() {}

  static byte[] write(IEvaluation<?>[] evaluations) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(evaluations);
    } catch (IOException e) {
      throw new UncheckedIOException("an evaluation must be serializable, but is not: " + e, e);
    }
    return bytes.toByteArray();
  }

  static IEvaluation<?>[] read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (IEvaluation<?>[]) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException("evaluations cannot be read", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the class of an evaluation is missing: " + e.getMessage(), e);
    }
  }

  /** Adds what others have counted, each to that of its place. */
  static void merge(IEvaluation<?>[] into, IEvaluation<?>[] from) {
    for (int i = 0; i < into.length; i++) {
      if (into[i] instanceof RegressionEvaluation sum
          && from[i] instanceof RegressionEvaluation part) {
        mergeRegression(sum, part);
      } else {
        merge(into[i], from[i]);
      }
    }
  }

  /** DL4J 1.0.0-M2.1 forgets one of the sums when it merges, without which R2 is wrong. */
  private static void mergeRegression(RegressionEvaluation into, RegressionEvaluation from) {
    INDArray own = into.getSumLabels();
    INDArray others = from.getSumLabels();
    into.merge(from);
    if (others != null) {
      into.setSumLabels(own == null ? others.dup() : own.add(others));
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // both are of the class that the caller gave
  private static void merge(IEvaluation into, IEvaluation from) {
    into.merge(from);
  }
}
