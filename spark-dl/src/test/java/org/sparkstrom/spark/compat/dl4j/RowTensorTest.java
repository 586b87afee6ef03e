// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;

class RowTensorTest {

  @Test
  void aFlatRowIsAVectorInWhateverOrderTheArrayIs() {
    for (char order : new char[] {'c', 'f'}) {
      INDArray array = numbers(2, 3).dup(order);
      RowTensor tensor = RowTensor.numbers("features 0", Form.FLAT, array, null);
      assertThat(tensor.cell(0)).isEqualTo(Vectors.dense(0, 1, 2));
      assertThat(tensor.cell(1)).isEqualTo(Vectors.dense(3, 4, 5));
    }
  }

  @Test
  void aSequenceIsAVectorPerStepAsLongAsItsMask() {
    INDArray mask = Nd4j.create(new float[][] {{1, 1}, {1, 0}});
    RowTensor tensor = RowTensor.numbers("features 0", Form.SEQUENCE, numbers(2, 3, 2), mask);
    assertThat((Vector[]) tensor.cell(0))
        .containsExactly(Vectors.dense(0, 2, 4), Vectors.dense(1, 3, 5));
    assertThat((Vector[]) tensor.cell(1)).containsExactly(Vectors.dense(6, 8, 10));
  }

  @Test
  void anImageIsItsChannelsRowByRow() {
    RowTensor tensor = RowTensor.numbers("features 0", Form.IMAGE, numbers(2, 1, 2, 2), null);
    assertThat(tensor.cell(1)).isEqualTo(Vectors.dense(4, 5, 6, 7));
  }

  @Test
  void oneHotLabelsAreClasses() {
    INDArray labels = Nd4j.create(new float[][] {{0, 0, 1}, {1, 0, 0}});
    RowTensor tensor = RowTensor.label("labels 0", output(Form.FLAT), labels, null);
    assertThat(tensor.cell(0)).isEqualTo(2.0);
    assertThat(tensor.cell(1)).isEqualTo(0.0);
  }

  @Test
  void labelsOfStepsAreClassesPerStep() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 1, 3, 2);
    labels.putScalar(new int[] {0, 2, 0}, 1);
    labels.putScalar(new int[] {0, 1, 1}, 1);
    RowTensor tensor = RowTensor.label("labels 0", output(Form.SEQUENCE), labels, null);
    assertThat((Double[]) tensor.cell(0)).containsExactly(2.0, 1.0);
  }

  @Test
  void aMaskWithHolesIsAnError() {
    INDArray mask = Nd4j.create(new float[][] {{1, 1}, {0, 1}});
    INDArray array = numbers(2, 3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowTensor.numbers("features 0", Form.SEQUENCE, array, mask))
        .withMessageContaining("mask of features 0")
        .withMessageContaining("row 1 has 1.0 at step 1 after 0 ones");
  }

  @Test
  void anArrayOfAnotherRankIsAnErrorWithItsShape() {
    INDArray array = numbers(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowTensor.numbers("features 0", Form.SEQUENCE, array, null))
        .withMessageContaining("must have 3 axes")
        .withMessageContaining("[2, 3]");
  }

  @Test
  void softLabelsAreAnErrorThatSaysWhere() {
    INDArray labels = Nd4j.create(new float[][] {{0, 1, 0}, {0.5f, 0.5f, 0}});
    RowTensor tensor = RowTensor.label("labels 0", output(Form.FLAT), labels, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tensor.cell(1))
        .withMessageContaining("row 1 of a batch has 0.5 at 0");
  }

  private static NetworkOutput output(Form form) {
    return new NetworkOutput("output", form, 3, LabelKind.CLASS_INDEX);
  }

  private static INDArray numbers(long... shape) {
    double count = 1;
    for (long size : shape) {
      count *= size;
    }
    return Nd4j.arange(count).castTo(DataType.FLOAT).reshape('c', shape);
  }
}
