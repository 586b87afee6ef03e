// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** What all explainers are set to. */
public interface ExplainerParams extends Params {

  /** The Params themselves. */
  ExplainerParamSet paramSet();

  /** Param for the explained column of features, pixels or texts. No default. */
  default Param<String> inputCol() {
    return paramSet().inputCol;
  }

  /** Param for the explained columns, one a feature. No default. */
  default StringArrayParam inputCols() {
    return paramSet().inputCols;
  }

  /**
   * Param for what a row is taken apart into: features, words or patches; fixed when the stage is
   * made.
   */
  default Param<String> components() {
    return paramSet().parts.components;
  }

  /** Param for the model's column that is explained. */
  default Param<String> targetCol() {
    return paramSet().targetCol;
  }

  /** Param for the entries of targetCol that are explained; empty (default) for all. */
  default IntArrayParam targetClasses() {
    return paramSet().targetClasses;
  }

  /** Param for the column of values. */
  default Param<String> outputCol() {
    return paramSet().outputCol;
  }

  /** Param for the column of what the values are added to; empty for none. */
  default Param<String> baseCol() {
    return paramSet().baseCol;
  }

  /** Param for the column of the explanation's R squared; empty for none. */
  default Param<String> rSquaredCol() {
    return paramSet().rSquaredCol;
  }

  /** Param for the column of the explained words; empty for none. */
  default Param<String> partsCol() {
    return paramSet().partsCol;
  }

  /** Param for the samples for each row; 0 (default) for as many as the parts ask for. */
  default IntParam numSamples() {
    return paramSet().numSamples;
  }

  /** Param for the seed of the samples. */
  default LongParam seed() {
    return paramSet().seed;
  }

  /** Param for the policy for rows that cannot be explained: error (default), skip, keep. */
  default Param<String> handleInvalid() {
    return paramSet().handleInvalid;
  }

  /** Param for the regular expression of a word. */
  default Param<String> wordPattern() {
    return paramSet().parts.wordPattern;
  }

  /** Param for what stands in place of an absent word. */
  default Param<String> maskWord() {
    return paramSet().parts.maskWord;
  }

  /** Param for the height of images. No default. */
  default IntParam imageHeight() {
    return paramSet().parts.imageHeight;
  }

  /** Param for the width of images. No default. */
  default IntParam imageWidth() {
    return paramSet().parts.imageWidth;
  }

  /** Param for the channels of images. No default. */
  default IntParam imageChannels() {
    return paramSet().parts.imageChannels;
  }

  /** Param for the side of patches. */
  default IntParam patchSize() {
    return paramSet().parts.patchSize;
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default String[] getInputCols() {
    return getOrDefault(inputCols());
  }

  default String getComponents() {
    return getOrDefault(components());
  }

  default String getTargetCol() {
    return getOrDefault(targetCol());
  }

  default int[] getTargetClasses() {
    return getOrDefault(targetClasses());
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default String getBaseCol() {
    return getOrDefault(baseCol());
  }

  default String getRSquaredCol() {
    return getOrDefault(rSquaredCol());
  }

  default String getPartsCol() {
    return getOrDefault(partsCol());
  }

  default int getNumSamples() {
    return (int) getOrDefault(numSamples());
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default String getWordPattern() {
    return getOrDefault(wordPattern());
  }

  default String getMaskWord() {
    return getOrDefault(maskWord());
  }

  default int getImageHeight() {
    return (int) getOrDefault(imageHeight());
  }

  default int getImageWidth() {
    return (int) getOrDefault(imageWidth());
  }

  default int getImageChannels() {
    return (int) getOrDefault(imageChannels());
  }

  default int getPatchSize() {
    return (int) getOrDefault(patchSize());
  }
}
