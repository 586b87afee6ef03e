// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.compat.dl4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.datavec.spark.util.SerializableHadoopConfig;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Loader;
import org.sparkstrom.spark.network.NativeRuntime;

/**
 * Batches that stand in files, as DL4J's export writes them, read on the executors from whichever
 * Hadoop file system each path names.
 */
final class BatchFiles {

  private final SerializableHadoopConfig configuration;

  BatchFiles(Configuration configuration) {
    this.configuration = new SerializableHadoopConfig(configuration);
  }

  /** One batch per path; lazy. */
  <T> JavaRDD<T> load(JavaRDD<String> paths, Loader<? extends T> loader) {
    SerializableHadoopConfig hadoop = configuration;
    return paths.mapPartitions(names -> read(names, loader, hadoop));
  }

  private static <T> Iterator<T> read(
      Iterator<String> names, Loader<? extends T> loader, SerializableHadoopConfig hadoop) {
    NativeRuntime.prepareTask();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return names.hasNext();
      }

      @Override
      public T next() {
        String name = names.next();
        try {
          Path path = new Path(name);
          return loader.load(
              new RemoteFileSource(name, path.getFileSystem(hadoop.getConfiguration())));
        } catch (IOException e) {
          throw new UncheckedIOException("the batch in '%s' cannot be read".formatted(name), e);
        }
      }
    };
  }
}
