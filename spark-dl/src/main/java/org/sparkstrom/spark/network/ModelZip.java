// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Reads DL4J's model zip without DL4J's own reader, which runs Java deserialization on an entry
 * that anyone can put into the file ({@code preprocessor.bin}).
 *
 * <p>The bytes are untrusted: only the entries of a plain network are taken, any other is refused
 * by name, and arrays are as long as their bytes, whatever length they announce.
 */
final class ModelZip {

  private static final List<String> ENTRIES =
      List.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN);

  /** How old versions say that a buffer was allocated. */
  private static final List<String> OLD_ALLOCATIONS = List.of("DIRECT", "HEAP", "JAVACPP");

  private ModelZip() {}

  /** Reads a zip; the stream stays open. */
  static NetworkSnapshot read(InputStream in) throws IOException {
    Map<String, byte[]> entries = entries(new ZipInputStream(in));
    for (String name : ENTRIES.subList(0, 2)) {
      if (!entries.containsKey(name)) {
        throw new IOException(
            "a model zip must have an entry '%s', but has %s; is it a model that DL4J has saved?"
                .formatted(name, entries.isEmpty() ? "none at all" : entries.keySet()));
      }
    }
    NetworkConfiguration configuration =
        configuration(entries.get(ModelSerializer.CONFIGURATION_JSON));
    byte[] state = entries.get(ModelSerializer.UPDATER_BIN);
    return new NetworkSnapshot(
        configuration.toJson(),
        floats(ModelSerializer.COEFFICIENTS_BIN, entries.get(ModelSerializer.COEFFICIENTS_BIN)),
        state == null ? new float[0] : floats(ModelSerializer.UPDATER_BIN, state),
        configuration.iteration(),
        configuration.epoch());
  }

  private static Map<String, byte[]> entries(ZipInputStream zip) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (!ENTRIES.contains(entry.getName())) {
        throw new IOException(
            "a model zip must have the entries %s alone, but has '%s', which is not read: save the network without it"
                .formatted(ENTRIES, entry.getName()));
      }
      if (entries.put(entry.getName(), bytes(zip, entry.getName())) != null) {
        throw new IOException("a model zip must have '" + entry.getName() + "' once only");
      }
    }
    return entries;
  }

  private static byte[] bytes(ZipInputStream zip, String name) throws IOException {
    try {
      return zip.readAllBytes();
    } catch (IOException e) {
      throw new IOException(
          "'%s' of a model zip cannot be read: %s; the file is damaged or cut short"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private static NetworkConfiguration configuration(byte[] json) throws IOException {
    try {
      return NetworkConfiguration.ofJson(new String(json, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw new IOException(
          "'%s' is no configuration: %s"
              .formatted(ModelSerializer.CONFIGURATION_JSON, e.getMessage()),
          e);
    }
  }

  /** An array as ND4J writes it: a buffer with its shape, then one with its values. */
  private static float[] floats(String name, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    Buffer shape = buffer(name, in, List.of("LONG", "INT"));
    in.skipNBytes(shape.length * shape.width);
    int length = Math.toIntExact(buffer(name, in, List.of("FLOAT")).length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }

  private record Buffer(long length, int width) {}

  /**
   * The buffer that follows, which is checked to be there. Until 1.0.0-beta3 its length was an int,
   * and a shape's numbers were ints.
   *
   * @param types which it may be of, the newest first
   */
  private static Buffer buffer(String name, DataInputStream in, List<String> types)
      throws IOException {
    boolean old = OLD_ALLOCATIONS.contains(in.readUTF());
    long length = old ? in.readInt() : in.readLong();
    String type = in.readUTF();
    int width = type.equals("LONG") ? Long.BYTES : Float.BYTES;
    if (!types.contains(type)) {
      throw new IOException(
          "'%s' must hold a buffer of %s, but it is %s; save the network as float32 with DL4J 1.0.0-M2.1"
              .formatted(name, types.get(0), type));
    }
    if (length < 0 || length > in.available() / width) {
      throw new IOException(
          "'%s' announces %d values of %s, but has only %d bytes left; the file is damaged"
              .formatted(name, length, type, in.available()));
    }
    return new Buffer(length, width);
  }
}
