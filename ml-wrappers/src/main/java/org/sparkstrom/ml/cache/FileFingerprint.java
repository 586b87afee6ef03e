// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import scala.collection.JavaConverters;

/** The fingerprint of rows by the files that they are read from; reads no row. */
final class FileFingerprint {
  private FileFingerprint() {}

  static String of(Dataset<?> data) {
    SparkSession spark = data.sparkSession();
    PlanText plan = PlanText.of(data.queryExecution().analyzed());
    Sha256 hash = new Sha256().add(plan.text());
    TreeSet<String> files = new TreeSet<>();
    for (HadoopFsRelation relation : plan.relations()) {
      hash.add(relation.fileFormat().getClass().getName()).add(relation.schema().json());
      options(relation).forEach((name, value) -> hash.add(name).add(value));
      files.addAll(List.of(relation.location().inputFiles()));
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    describe(files, hadoop).forEach((path, facts) -> hash.add(path).add(facts));
    return "files %d %s".formatted(files.size(), hash.hex());
  }

  private static Map<String, String> options(HadoopFsRelation relation) {
    return new TreeMap<>(JavaConverters.mapAsJavaMap(relation.options()));
  }

  /** Length and time of modification of each file, by one listing of each folder. */
  private static Map<String, String> describe(Set<String> files, Configuration hadoop) {
    Map<Path, Map<String, FileStatus>> folders = new HashMap<>();
    Map<String, String> facts = new LinkedHashMap<>();
    for (String file : files) {
      Path path = new Path(URI.create(file));
      FileStatus status =
          folders
              .computeIfAbsent(path.getParent(), folder -> list(folder, hadoop))
              .get(path.getName());
      if (status == null) {
        throw new IllegalArgumentException(
            "the files of a run must stay while it runs, but '%s' is no longer there; read the input anew"
                .formatted(file));
      }
      facts.put(file, status.getLen() + " " + status.getModificationTime());
    }
    return facts;
  }

  private static Map<String, FileStatus> list(Path folder, Configuration hadoop) {
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      Map<String, FileStatus> all = new HashMap<>();
      for (FileStatus status : files.listStatus(folder)) {
        all.put(status.getPath().getName(), status);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list '" + folder + "'", e);
    }
  }
}
