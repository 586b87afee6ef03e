// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.column.RefusedValueException;

/** Pixels held against Pillow's, and against Java's own reader. */
class ImageRecipeTest {
  /** Pillow rounds to 8 bits after rows and again after columns. */
  private static final float ROUNDED_TWICE = 1.5f;

  @ParameterizedTest
  @CsvSource({
    "STRETCH, 11, 9, pattern-stretch-11x9.png",
    "STRETCH, 50, 40, pattern-stretch-50x40.png",
    "STRETCH, 37, 23, pattern.png",
    "CROP, 8, 12, pattern-crop-8x12.png",
  })
  void resizesAsPillowDoes(Fit fit, int width, int height, String expected) {
    float[] actual = prepare("pattern.png", TestImages.plain(height, width, fit, ColorMode.RGB));

    assertClose(actual, TestImages.samples(expected), ROUNDED_TWICE);
  }

  @Test
  void padsAsPillowDoes() {
    ImageRecipe recipe =
        new ImageRecipe(
            16, 12, Fit.PAD, ColorMode.RGB, 1.0, 7, Scaling.none(3), ElementType.FLOAT, 1000);

    assertClose(
        prepare("pattern.png", recipe), TestImages.samples("pattern-pad-12x16.png"), ROUNDED_TWICE);
  }

  @Test
  void grayIsLumaAndBgrIsRgbReversed() {
    float[] gray = prepare("pattern.png", TestImages.plain(23, 37, Fit.STRETCH, ColorMode.GRAY));
    float[] rgb = prepare("pattern.png", TestImages.plain(23, 37, Fit.STRETCH, ColorMode.RGB));
    float[] bgr = prepare("pattern.png", TestImages.plain(23, 37, Fit.STRETCH, ColorMode.BGR));
    float[] pillow = TestImages.samples("pattern-gray.png");

    int plane = 23 * 37;
    assertThat(gray).hasSize(plane);
    for (int i = 0; i < plane; i++) {
      assertThat(gray[i]).isCloseTo(pillow[i], within(0.51f));
      assertThat(bgr[i]).isEqualTo(rgb[2 * plane + i]);
      assertThat(bgr[plane + i]).isEqualTo(rgb[plane + i]);
      assertThat(bgr[2 * plane + i]).isEqualTo(rgb[i]);
    }
  }

  @Test
  void aGrayImageIsNotBrightened() {
    float[] rgb = prepare("pattern-gray.png", TestImages.plain(23, 37, Fit.STRETCH, ColorMode.RGB));

    assertClose(rgb, TestImages.samples("pattern-gray.png"), 0.001f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exif-1.jpg",
        "exif-2.jpg",
        "exif-3.jpg",
        "exif-4.jpg",
        "exif-5.jpg",
        "exif-6.jpg",
        "exif-7.jpg",
        "exif-8.jpg",
        "exif-6.png",
        "exif-6.tif"
      })
  void everyExifOrientationComesOutUpright(String name) {
    ImageRecipe whole = TestImages.plain(16, 32, Fit.STRETCH, ColorMode.RGB);
    ImageRecipe cropped = TestImages.plain(10, 7, Fit.CROP, ColorMode.RGB);
    float jpeg = 6f;

    assertClose(prepare(name, whole), TestImages.samples("upright.png"), jpeg);
    assertClose(prepare(name, cropped), prepare("upright.png", cropped), jpeg);
  }

  @Test
  void cropFractionKeepsTheMiddle() {
    ImageRecipe half =
        new ImageRecipe(
            8, 16, Fit.STRETCH, ColorMode.RGB, 0.5, 0, Scaling.none(3), ElementType.FLOAT, 1000);
    float[] whole = TestImages.samples("upright.png");

    float[] middle = prepare("upright.png", half);

    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 16; x++) {
        assertThat(middle[y * 16 + x]).isEqualTo(whole[(y + 4) * 32 + x + 8]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gray16.png", "gray16.tif"})
  void sixteenBitsKeepTheirFraction(String name) {
    float[] samples = prepare(name, TestImages.plain(4, 16, Fit.STRETCH, ColorMode.GRAY));

    for (int i = 0; i < samples.length; i++) {
      assertThat(samples[i]).isCloseTo(16 * (i % 16) + 128f / 257f, within(0.01f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cmyk.jpg", "cmyk.tif"})
  void cmykInksHaveTheirColours(String name) {
    float[] rgb = prepare(name, TestImages.plain(32, 32, Fit.STRETCH, ColorMode.RGB));

    assertInk(rgb, 8, 8, new boolean[] {false, true, true}); // cyan
    assertInk(rgb, 8, 24, new boolean[] {true, false, true}); // magenta
    assertInk(rgb, 24, 8, new boolean[] {true, true, false}); // yellow
    assertInk(rgb, 24, 24, new boolean[] {false, false, false}); // black
  }

  @Test
  void anAnimationGivesItsFirstFrame() {
    float[] rgb = prepare("animated.gif", TestImages.plain(6, 8, Fit.STRETCH, ColorMode.RGB));

    for (int i = 0; i < 48; i++) {
      assertThat(new float[] {rgb[i], rgb[48 + i], rgb[96 + i]}).containsExactly(255f, 0f, 0f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha.png", "palette-alpha.png"})
  void theBackgroundShowsThroughTransparentPixels(String name) {
    ImageRecipe recipe =
        new ImageRecipe(
            4, 4, Fit.STRETCH, ColorMode.RGB, 1.0, 40, Scaling.none(3), ElementType.FLOAT, 1000);

    float[] rgb = prepare(name, recipe);

    assertThat(new float[] {rgb[0], rgb[16], rgb[32]}).containsExactly(200f, 100f, 50f);
    assertThat(new float[] {rgb[3], rgb[19], rgb[35]}).containsExactly(40f, 40f, 40f);
  }

  @Test
  void samplesAreScaledThenCentredThenDivided() {
    ImageRecipe recipe =
        new ImageRecipe(
            16,
            32,
            Fit.STRETCH,
            ColorMode.RGB,
            1.0,
            0,
            Scaling.of(1 / 255.0, new double[] {0.5, 0.4, 0.3}, new double[] {0.25}, 3),
            ElementType.FLOAT,
            1000);
    float[] raw = TestImages.samples("upright.png");

    float[] scaled = prepare("upright.png", recipe);

    double[] mean = {0.5, 0.4, 0.3};
    for (int i = 0; i < raw.length; i++) {
      assertThat(scaled[i])
          .isCloseTo((float) ((raw[i] / 255.0 - mean[i / 512]) / 0.25), within(1e-5f));
    }
  }

  @Test
  void meansOfAnotherNumberOfChannelsAreRefused() {
    assertThatThrownBy(() -> Scaling.of(1, new double[2], new double[0], 3))
        .hasMessage("mean must have one value or one for each of the 3 channels, but has 2");
  }

  @Test
  void theLimitOfPixelsHoldsBeforeDecoding() {
    // A PNG header that claims 50,000 x 40,000 pixels, with nothing behind it
    byte[] png = TestImages.file("pattern.png");
    png[16] = 0;
    png[17] = 0;
    png[18] = (byte) 0xc3;
    png[19] = 0x50;
    png[20] = 0;
    png[21] = 0;
    png[22] = (byte) 0x9c;
    png[23] = 0x40;

    assertThatThrownBy(() -> TestImages.plain(1, 1, Fit.STRETCH, ColorMode.RGB).prepare(png))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("50000 x 40000 pixels is over maxPixels, 67108864");
  }

  private static void assertInk(float[] rgb, int y, int x, boolean[] light) {
    for (int c = 0; c < 3; c++) {
      float sample = rgb[(c * 32 + y) * 32 + x];
      if (light[c]) {
        assertThat(sample).as("channel %s at %s,%s", c, y, x).isGreaterThan(120f);
      } else {
        assertThat(sample).as("channel %s at %s,%s", c, y, x).isLessThan(80f);
      }
    }
  }

  private static float[] prepare(String name, ImageRecipe recipe) {
    return (float[]) recipe.prepare(TestImages.file(name));
  }

  private static void assertClose(float[] actual, float[] expected, float tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("sample %s", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
