// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.keras;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.sparkstrom.spark.inference.NetworkModel;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Reads a Keras model of the HDF5 format from any Hadoop path, as a network of DL4J that takes and
 * gives what it did in Keras.
 *
 * <p>DL4J's import, and HDF5 below it, end the JVM on some old files. So a JVM of its own does it,
 * tries the network on zeros, and hands it back as DL4J's zip; if it ends or hangs, that is an
 * error here and no more.
 */
public final class KerasFile {

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private KerasFile() {}

  /**
   * Reads a model.
   *
   * @param limit how long the import may take
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is not of the HDF5 format, or DL4J cannot import it,
   *     with its reason
   * @throws IllegalStateException if DL4J's import is not on the class path, or the import ends its
   *     JVM or takes too long
   */
  public static NetworkModel read(String path, Configuration hadoop, Duration limit)
      throws IOException {
    requireImport(KerasFile.class.getClassLoader());
    try (WorkFolder folder = new WorkFolder(Files.createTempDirectory("sparkstrom-keras"))) {
      copy(path, hadoop, folder.path().resolve("model.h5"));
      KerasImportProcess imported = new KerasImportProcess(path, folder.path());
      imported.run(limit);
      try (InputStream zip = Files.newInputStream(imported.network())) {
        return NetworkModel.of(
            NetworkSnapshot.read(zip),
            Files.readString(imported.signature(), StandardCharsets.UTF_8));
      }
    }
  }

  private static void copy(String path, Configuration hadoop, java.nio.file.Path target)
      throws IOException {
    Path source = new Path(path);
    try (InputStream in = new BufferedInputStream(source.getFileSystem(hadoop).open(source))) {
      requireHdf5(in, path);
      Files.copy(in, target);
    }
  }

  /**
   * Requires DL4J's import.
   *
   * @param loader sees it, or not
   */
  static void requireImport(ClassLoader loader) {
    try {
      Class.forName("org.deeplearning4j.nn.modelimport.keras.KerasModelImport", false, loader);
      Class.forName("org.bytedeco.hdf5.H5File", false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Keras models need DL4J's import, which is not on the class path; add the jars org.deeplearning4j:deeplearning4j-modelimport and org.bytedeco:hdf5 to the job, the latter also with its natives (docs/DEPENDENCIES.md tells the versions)",
          e);
    }
  }

  private static void requireHdf5(InputStream in, String path) throws IOException {
    in.mark(HDF5.length);
    byte[] start = in.readNBytes(HDF5.length);
    in.reset();
    if (Arrays.equals(start, HDF5)) {
      return;
    }
    boolean zip = start.length >= ZIP.length && Arrays.equals(Arrays.copyOf(start, 4), ZIP);
    throw new IllegalArgumentException(
        "'%s' must be a Keras model in the HDF5 format, but is %s; save it with model.save('model.h5')"
            .formatted(path, zip ? "a zip, as Keras 3 writes .keras files" : "something else"));
  }

  /** A folder that is removed with all that is in it. */
  private record WorkFolder(java.nio.file.Path path) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      List<java.nio.file.Path> all;
      try (Stream<java.nio.file.Path> files = Files.walk(path)) {
        all = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (java.nio.file.Path file : all) {
        Files.deleteIfExists(file);
      }
    }
  }
}
