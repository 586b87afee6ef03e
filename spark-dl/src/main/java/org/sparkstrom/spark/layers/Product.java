// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The matrix products of a convolution for one image, by BLAS.
 *
 * <p>All matrices are row by row: weights [outputs, patch length], patches [patch length, patches],
 * activations [outputs, patches].
 *
 * @param outputs channels of the result
 * @param patchLength values of a patch
 * @param patchCount number of patches
 */
record Product(int outputs, int patchLength, int patchCount) {

  /** Writes weights times patches. */
  void activations(FloatPointer weights, FloatPointer patches, FloatPointer result) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        outputs,
        patchCount,
        patchLength,
        1,
        weights,
        patchLength,
        patches,
        patchCount,
        0,
        result,
        patchCount);
  }

  /**
   * Adds the gradient of the activations times the transposed patches to the result.
   *
   * @param keep what the result's values count before: 0 to overwrite them, or 1
   */
  void weightGradient(
      FloatPointer gradient, FloatPointer patches, FloatPointer result, float keep) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        outputs,
        patchLength,
        patchCount,
        1,
        gradient,
        patchCount,
        patches,
        patchCount,
        keep,
        result,
        patchLength);
  }

  /** Writes the transposed weights times the gradient of the activations. */
  void patchGradient(FloatPointer weights, FloatPointer gradient, FloatPointer result) {
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        patchLength,
        patchCount,
        outputs,
        1,
        weights,
        patchLength,
        gradient,
        patchCount,
        0,
        result,
        patchCount);
  }
}
