// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What direct layers ask of arrays, and how they reach their memory. */
final class FloatMatrix {

  private FloatMatrix() {}

  /** True for float32 [rows, columns] whose values stand row by row without gaps. */
  static boolean isRowByRow(INDArray array) {
    return array.rank() == 2
        && array.dataType() == DataType.FLOAT
        && (array.stride(1) == 1 || array.size(1) == 1)
        && (array.stride(0) == array.size(1) || array.size(0) == 1);
  }

  /** True for float32 [rows, columns] whose values stand column by column, as weights do. */
  static boolean isColumnByColumn(INDArray array) {
    return array.rank() == 2
        && array.dataType() == DataType.FLOAT
        && (array.stride(0) == 1 || array.size(0) == 1)
        && (array.stride(1) == array.size(0) || array.size(1) == 1);
  }
}
