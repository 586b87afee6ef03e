// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.datavec.column.ParamRules;

/** The Params of {@link ExplainerParams} that say what a row is taken apart into. */
final class PartParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String FEATURES = "features";
  static final String WORDS = "words";
  static final String PATCHES = "patches";

  private static final int MAX_SIDE = 16_384;

  final Param<String> components;
  final Param<String> wordPattern;
  final Param<String> maskWord;
  final IntParam imageHeight;
  final IntParam imageWidth;
  final IntParam imageChannels;
  final IntParam patchSize;

  /** The Params of this stage; sets the stage's defaults. */
  PartParamSet(Params stage) {
    components =
        ExplainerParamSet.text(
            stage,
            "components",
            "what a row is taken apart into: features, words, or patches of an image; the stage is"
                + " made for one of them",
            FEATURES,
            ParamRules.oneOf("components", List.of(FEATURES, WORDS, PATCHES)));
    wordPattern =
        ExplainerParamSet.text(
            stage,
            "wordPattern",
            "regular expression of a word in Java's syntax; with components words",
            "[\\p{L}\\p{N}_]+",
            ParamRules.that(PartParamSet::checkPattern));
    maskWord =
        ExplainerParamSet.text(
            stage,
            "maskWord",
            "what stands in place of an absent word; with components words",
            "",
            ParamRules.that(word -> {}));
    imageHeight = side(stage, "imageHeight", "height of the images in pixels");
    imageWidth = side(stage, "imageWidth", "width of the images in pixels");
    imageChannels = side(stage, "imageChannels", "channels of the images, such as 3 for colours");
    patchSize = side(stage, "patchSize", "side of the square patches in pixels");
    stage.setDefault(patchSize, 8);
  }

  private static IntParam side(Params stage, String name, String doc) {
    return new IntParam(
        stage, name, doc + "; with components patches", ParamRules.between(name, 1, MAX_SIDE));
  }

  private static void checkPattern(String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "wordPattern must be a regular expression, but is '%s': %s"
              .formatted(pattern, e.getDescription()),
          e);
    }
  }
}
