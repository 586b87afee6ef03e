// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.sparkstrom.ml.linear.Softmax;

class ClassificationColumnsTest {

  private static ClassificationColumns columns(Double... thresholds) {
    return new ClassificationColumns("raw", "probability", "prediction", 3, List.of(thresholds));
  }

  @Test
  void softmaxOfTheRawPredictionIsTheProbability() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int run = 0; run < 1000; run++) {
      float[] output = new float[5];
      float sum = 0;
      for (int i = 0; i < output.length; i++) {
        output[i] = (float) Math.exp(-20 * random.nextDouble());
        sum += output[i];
      }
      for (int i = 0; i < output.length; i++) {
        output[i] /= sum;
      }
      double[] p = ClassificationColumns.probabilities(output);
      assertThat(Arrays.stream(p).sum()).as("seed " + seed).isCloseTo(1, within(1e-15));
      double[] raw = ClassificationColumns.rawPrediction(p).toArray();
      Softmax.inPlace(raw);
      for (int i = 0; i < p.length; i++) {
        assertThat(raw[i]).as("seed " + seed).isCloseTo(p[i], within(1e-14 * p[i]));
      }
    }
  }

  @Test
  void aClassWithProbabilityZeroHasAFiniteRawPrediction() {
    Vector raw = (Vector) columns().values(new float[] {1, 0, 0})[0];
    assertThat(raw.apply(0)).isZero();
    assertThat(raw.apply(1)).isCloseTo(-103.28, within(0.01));
  }

  @Test
  void predictionIsTheFirstOfTheMostProbableClasses() {
    assertThat(columns().prediction(new double[] {0.2, 0.4, 0.4})).isEqualTo(1);
  }

  @Test
  void predictionWithThresholdsIsTheHighestRatio() {
    assertThat(columns(0.5, 0.5, 0.1).prediction(new double[] {0.5, 0.3, 0.2})).isEqualTo(2);
    assertThat(columns(0.5, 0.0, 0.1).prediction(new double[] {0.5, 0.01, 0.49})).isEqualTo(1);
    assertThat(columns(0.5, 0.0, 0.1).prediction(new double[] {0.5, 0.0, 0.5})).isEqualTo(2);
  }

  @Test
  void thresholdsMustBeOnePerClass() {
    assertThatThrownBy(() -> columns(0.5, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("thresholds must be one per class, but there are 2 thresholds and 3 classes");
  }

  @Test
  void anEmptyNameTurnsAColumnOff() {
    ClassificationColumns one = new ClassificationColumns("", "p", "", 3, List.of());
    assertThat(one.fields()).extracting(StructField::name).containsExactly("p");
    assertThat(one.values(new float[] {0.5f, 0.25f, 0.25f})).hasSize(1);
  }

  @Test
  void columnsTellTheNumberOfClassesInTheirMetadata() {
    List<StructField> fields = columns().fields();
    assertThat(AttributeGroup.fromStructField(fields.get(0)).size()).isEqualTo(3);
    assertThat(AttributeGroup.fromStructField(fields.get(1)).size()).isEqualTo(3);
    NominalAttribute prediction = (NominalAttribute) Attribute.fromStructField(fields.get(2));
    assertThat(prediction.getNumValues().get()).isEqualTo(3);
  }

  @Test
  void anExistingColumnIsNotOverwritten() {
    assertThatThrownBy(() -> columns().appendTo(new StructType().add("probability", "double")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output column 'probability' exists already; drop it or choose another name");
  }

  @Test
  void columnsTravelToExecutors() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(columns(0.2, 0.3, 0.5));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(columns(0.2, 0.3, 0.5));
    }
  }
}
