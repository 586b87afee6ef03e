// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.column.RefusedValueException;

class ImageDecoderTest {
  /** Set -Dtest.damagedFiles for a longer search. */
  private static final int DAMAGED_FILES = Integer.getInteger("test.damagedFiles", 200);

  private final ImageDecoder decoder = new ImageDecoder(1 << 20);

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "gif", "bmp", "tif"})
  void aFileCutAnywhereIsRefused(String format) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] file = TestImages.write(TestImages.noise(61, 47, 5), format);
    int[] whole = pixels(decoder.decode(file));
    for (int i = 0; i < 60; i++) {
      int length = random.nextInt(file.length);
      byte[] cut = Arrays.copyOf(file, length);
      try {
        BufferedImage image = decoder.decode(cut);
        if (!Arrays.equals(pixels(image), whole)) {
          fail(
              "seed %s: %s of %s bytes of a %s file gave another picture",
              seed, length, file.length, format);
        }
      } catch (RefusedValueException e) {
        assertThat(e)
            .as("seed %s, length %s", seed, length)
            .hasMessageMatching("(?s).+: .+|.+begin.+");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "gif", "bmp", "tif"})
  void damagedBytesGiveAPictureOrARefusalOnly(String format) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] file = TestImages.write(TestImages.noise(31, 27, 6), format);
    for (int i = 0; i < DAMAGED_FILES; i++) {
      byte[] damaged = file.clone();
      for (int k = 0; k < 3; k++) {
        damaged[random.nextInt(random.nextBoolean() ? 64 : file.length)] = (byte) random.nextInt();
      }
      try {
        BufferedImage image = decoder.decode(damaged);
        assertThat((long) image.getWidth() * image.getHeight()).isBetween(1L, 1L << 20);
      } catch (RefusedValueException e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (Throwable e) {
        fail("seed " + seed + ", try " + i + ", format " + format, e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exif-6.jpg", "exif-6.png", "exif-6.tif"})
  void damagedExifIsIgnored(String name) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] file = TestImages.file(name);
    assertThat(ExifOrientation.find(file)).isEqualTo(Orientation.of(6));
    for (int i = 0; i < DAMAGED_FILES; i++) {
      byte[] damaged = Arrays.copyOf(file, file.length - random.nextInt(20));
      for (int k = 0; k < 3; k++) {
        damaged[2 + random.nextInt(90)] = (byte) random.nextInt();
      }
      try {
        assertThat(ExifOrientation.find(damaged)).isNotNull();
      } catch (Throwable e) {
        fail("seed " + seed + ", try " + i, e);
      }
    }
  }

  @Test
  void whatIsNoImageIsToldFromItsFirstBytes() {
    assertThatThrownBy(() -> decoder.decode("hello, world".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("no image of a known format")
        .hasMessageContaining("jpeg")
        .hasMessageContaining("tiff")
        .hasMessageEndingWith("0x68656c6c6f2c2077");
    assertThatThrownBy(() -> decoder.decode(new byte[0])).hasMessageContaining("the file is empty");
  }

  @Test
  void aTileOverTheLimitIsRefused() {
    assertThatThrownBy(() -> new ImageDecoder(100).decode(TestImages.file("pattern.png")))
        .hasMessageContaining("37 x 23 pixels is over maxPixels, 100");
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
