// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.sparkstrom.spark.network.NetworkSnapshot;
import scala.collection.Seq;

/** Models and data of the tests of {@link ParallelPostFit}. */
final class PostFitData {

  static final String TWO_HEADS = "../src-test-data/two-heads.onnx";

  private PostFitData() {}

  /** A stage of the ONNX model in the repository, which takes the features of {@link TestData}. */
  static ParallelPostFit onnx() {
    return ParallelPostFit.ofOnnx(TWO_HEADS).setInputCols("features");
  }

  /** The same with names of columns that {@link TestData} has not. */
  static ParallelPostFit named() {
    return onnx().setOutputCols("probabilities", "class");
  }

  /** A stage of a network, which takes the features of {@link TestData}. */
  static ParallelPostFit network() {
    return ParallelPostFit.ofNetwork(snapshot()).setInputCols("features");
  }

  static NetworkSnapshot snapshot() {
    return TestData.model().snapshot();
  }

  /** A model beside the repository; the test is skipped where it is not there. */
  static Path shared(String name) {
    Path file = Path.of("../../shared/data/models", name).toAbsolutePath().normalize();
    assumeTrue(Files.exists(file), "skipped, as the test data is not there: " + file);
    return file;
  }

  static float[] floats(Object value) {
    if (value instanceof Vector vector) {
      float[] result = new float[vector.size()];
      for (int i = 0; i < result.length; i++) {
        result[i] = (float) vector.apply(i);
      }
      return result;
    }
    Seq<?> values = (Seq<?>) value;
    float[] result = new float[values.length()];
    for (int i = 0; i < result.length; i++) {
      result[i] = ((Number) values.apply(i)).floatValue();
    }
    return result;
  }

  /** The values of a column. */
  static List<Object> column(List<Row> rows, String name) {
    return rows.stream().map(row -> row.get(row.fieldIndex(name))).toList();
  }
}
