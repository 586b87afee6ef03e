// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One JPEG of 500 x 375 pixels made into 3 x 224 x 224 floats, beside ImageIO's bare decoding. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ImageBenchmark {
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;

  private byte[] jpeg;
  private ImageRecipe recipe;

  /** A picture with large shapes and some noise, about as long as a photograph of this size. */
  @Setup
  public void makeFile() throws IOException {
    Random random = new Random(1);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int shape = (int) (100 + 60 * Math.sin(x / 31.0) + 60 * Math.cos(y / 23.0));
        int red = Math.max(0, Math.min(255, shape + random.nextInt(24)));
        int blue = Math.max(0, Math.min(255, 255 - shape + random.nextInt(24)));
        image.setRGB(x, y, red << 16 | shape << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", out);
    jpeg = out.toByteArray();
    ImageIO.setUseCache(false);
    recipe =
        new ImageRecipe(
            224,
            224,
            Fit.CROP,
            ColorMode.RGB,
            1.0,
            0,
            Scaling.of(1 / 255.0, new double[] {0.5}, new double[] {0.25}, 3),
            ElementType.FLOAT,
            1L << 26);
  }

  /** What a row costs. */
  @Benchmark
  public Object prepare() {
    return recipe.prepare(jpeg);
  }

  /** The decoding in it. */
  @Benchmark
  public Object decodeChecked() {
    return new ImageDecoder(1L << 26).decode(jpeg);
  }

  /** The JDK's decoding alone, its cache on disk off. */
  @Benchmark
  public Object decode() throws IOException {
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }
}
