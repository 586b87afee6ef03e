// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * Decodes the first image of a file, or says why not.
 *
 * <p>The size is read and held against a limit before anything is decoded, since a file of a few
 * kilobytes can claim gigabytes of pixels. Streams are in memory: ImageIO's cache on disk is not
 * used. A file that ends early is refused, although decoders of JPEG would fill in gray.
 *
 * @param maxPixels the most pixels that an image, or a tile of it, may have
 */
record ImageDecoder(long maxPixels) {
  private static final int SHOWN_BYTES = 8;

  /**
   * The image as it is stored.
   *
   * @throws RefusedValueException when the bytes are no image, a damaged one, or too large a one
   */
  BufferedImage decode(byte[] file) {
    ImagePlugins.register();
    try (ImageInputStream stream = new ByteArrayImageInputStream(file)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new RefusedValueException(
            "the bytes are no image of a known format (those are "
                + formats()
                + "); they begin with "
                + start(file));
      }
      ImageReader reader = readers.next();
      try {
        return decode(reader, stream);
      } finally {
        reader.dispose();
      }
    } catch (RefusedValueException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Decoders meet damage with exceptions of every kind
      throw new RefusedValueException("the image is damaged: " + reason(e), e);
    }
  }

  private BufferedImage decode(ImageReader reader, ImageInputStream stream) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    reader.setInput(stream, false, true);
    requireAtMost(reader.getWidth(0), reader.getHeight(0), "image");
    if (reader.isImageTiled(0)) {
      requireAtMost(reader.getTileWidth(0), reader.getTileHeight(0), "tile");
    }
    BufferedImage image = reader.read(0);
    for (String warning : warnings) {
      String text = String.valueOf(warning).toLowerCase(Locale.ROOT);
      if (text.contains("truncated") || text.contains("premature")) {
        throw new RefusedValueException("the image is damaged: " + warning);
      }
    }
    return image;
  }

  private void requireAtMost(int width, int height, String what) {
    if (width < 1 || height < 1) {
      throw new RefusedValueException(
          "the image is damaged: " + what + " of " + width + " x " + height + " pixels");
    }
    if ((long) width * height > maxPixels) {
      throw new RefusedValueException(
          "an "
              + what
              + " of "
              + width
              + " x "
              + height
              + " pixels is over maxPixels, "
              + maxPixels
              + "; raise it if executors have the memory (up to 8 bytes a pixel), or shrink the file");
    }
  }

  private static String formats() {
    return String.join(
        ", ",
        Arrays.stream(ImageIO.getReaderFormatNames())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .distinct()
            .sorted()
            .toList());
  }

  private static String start(byte[] file) {
    int shown = Math.min(file.length, SHOWN_BYTES);
    return shown == 0
        ? "nothing: the file is empty"
        : "0x" + HexFormat.of().formatHex(file, 0, shown);
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    String own = message == null ? e.getClass().getSimpleName() : message;
    Throwable cause = e.getCause();
    return cause == null || cause.getMessage() == null ? own : own + ": " + cause.getMessage();
  }
}
