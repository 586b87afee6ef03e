// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * Reads whole files of any Hadoop file system in a task, up to a size.
 *
 * @param hadoop the driver's Hadoop configuration
 * @param maxBytes the longest file to read
 */
record FileBytes(Broadcast<SerializableConfiguration> hadoop, int maxBytes)
    implements Serializable {

  /**
   * The file's bytes.
   *
   * @throws RefusedValueException when there is no such file, or it is longer than the limit
   * @throws IOException when storage fails
   */
  byte[] read(String name) throws IOException {
    Configuration configuration = hadoop.value().value();
    Path path = path(name);
    FileSystem files = path.getFileSystem(configuration); // shared by the JVM: not ours to close
    try {
      FileStatus status = files.getFileStatus(path);
      if (!status.isFile()) {
        throw new RefusedValueException("there is a folder of this name, but no file");
      }
      requireAtMostMax(status.getLen());
      try (FSDataInputStream in = files.open(path)) {
        byte[] bytes = in.readNBytes(maxBytes);
        requireAtMostMax(in.read() < 0 ? bytes.length : maxBytes + 1L);
        return bytes;
      }
    } catch (FileNotFoundException e) {
      throw new RefusedValueException("there is no such file", e);
    }
  }

  private static Path path(String name) {
    try {
      return new Path(name);
    } catch (IllegalArgumentException e) {
      throw new RefusedValueException("this is no path: " + e.getMessage(), e);
    }
  }

  private void requireAtMostMax(long length) {
    if (length > maxBytes) {
      throw new RefusedValueException(
          "a file of "
              + length
              + " bytes is over maxFileBytes, "
              + maxBytes
              + "; raise it if executors have the memory");
    }
  }
}
