// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the EXIF orientation in the bytes of a JPEG, TIFF or PNG file.
 *
 * <p>EXIF is an aside of a file: one that is damaged or absent leaves the image as it is stored.
 */
final class ExifOrientation {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String PNG_EXIF = "eXIf";
  private static final String PNG_PIXELS = "IDAT";
  private static final int CHUNK_FRAME = 12;

  private ExifOrientation() {}

  static Orientation find(byte[] file) {
    try {
      return directory(file)
          .map(tags -> tags.getEntryById(TIFF.TAG_ORIENTATION))
          .map(Entry::getValue)
          .filter(Number.class::isInstance)
          .map(value -> Orientation.of(((Number) value).intValue()))
          .orElse(Orientation.UPRIGHT);
    } catch (IOException | RuntimeException e) {
      return Orientation.UPRIGHT; // a reader of metadata stumbled; the pixels may still be good
    }
  }

  private static Optional<Directory> directory(byte[] file) throws IOException {
    if (startsWith(file, (byte) 0xff, (byte) 0xd8)) {
      return jpeg(file);
    } else if (startsWith(file, PNG)) {
      return png(file);
    } else if (startsWith(file, (byte) 'I', (byte) 'I')
        || startsWith(file, (byte) 'M', (byte) 'M')) {
      return Optional.of(tags(file));
    }
    return Optional.empty();
  }

  private static Optional<Directory> jpeg(byte[] file) throws IOException {
    try (ByteArrayImageInputStream stream = new ByteArrayImageInputStream(file)) {
      for (JPEGSegment segment : JPEGSegmentUtil.readSegments(stream, JPEG.APP1, "Exif")) {
        try (InputStream data = segment.data()) {
          byte[] padded = data.readAllBytes();
          return Optional.of(tags(Arrays.copyOfRange(padded, 1, padded.length)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Directory> png(byte[] file) throws IOException {
    ByteBuffer chunks = ByteBuffer.wrap(file).position(PNG.length);
    while (chunks.remaining() >= CHUNK_FRAME) {
      int length = chunks.getInt();
      byte[] name = new byte[4];
      chunks.get(name);
      String type = new String(name, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > chunks.remaining() - 4 || type.equals(PNG_PIXELS)) {
        return Optional.empty();
      }
      if (type.equals(PNG_EXIF)) {
        byte[] exif = new byte[length];
        chunks.get(exif);
        return Optional.of(tags(exif));
      }
      chunks.position(chunks.position() + length + 4);
    }
    return Optional.empty();
  }

  private static Directory tags(byte[] tiff) throws IOException {
    try (ByteArrayImageInputStream stream = new ByteArrayImageInputStream(tiff)) {
      return new TIFFReader().read(stream);
    }
  }

  private static boolean startsWith(byte[] file, byte... magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }
}
