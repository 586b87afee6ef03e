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
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.execution.datasources.CatalogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import scala.collection.JavaConverters;

/**
 * The fingerprint of rows by the files that they are read from; reads no row. Spark reads what it
 * has listed when a DataFrame was made, so that listing must still be true.
 */
final class FileFingerprint {
  private FileFingerprint() {}

  static String of(Dataset<?> data) {
    SparkSession spark = data.sparkSession();
    PlanText plan = PlanText.of(data.queryExecution().analyzed());
    // A DataFrame of its own, which knows of what was persisted since the other was made
    if (isPersisted(data.select("*").queryExecution().withCachedData())) {
      throw new IllegalArgumentException(
          "an input that is known by its files must be read from them, but is persisted, all or in part, and may be older than they are; unpersist it, or take InputFingerprint.content()");
    }
    Sha256 hash = new Sha256().add(plan.text());
    TreeSet<String> files = new TreeSet<>();
    Map<Path, String> listed = new HashMap<>();
    for (HadoopFsRelation relation : plan.relations()) {
      hash.add(relation.fileFormat().getClass().getName()).add(relation.schema().json());
      options(relation).forEach((name, value) -> hash.add(name).add(value));
      files.addAll(List.of(relation.location().inputFiles()));
      for (FileStatus status : listed(relation.location())) {
        listed.merge(status.getPath(), facts(status), (a, b) -> a.equals(b) ? a : a + ", " + b);
      }
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    describe(files, listed, hadoop).forEach((path, facts) -> hash.add(path).add(facts));
    return "files %d %s".formatted(files.size(), hash.hex());
  }

  private static Map<String, String> options(HadoopFsRelation relation) {
    return new TreeMap<>(JavaConverters.mapAsJavaMap(relation.options()));
  }

  private static boolean isPersisted(LogicalPlan node) {
    return node instanceof InMemoryRelation
        || JavaConverters.seqAsJavaList(node.children()).stream()
            .anyMatch(FileFingerprint::isPersisted);
  }

  /** The files as Spark has listed them; none of an index that does not tell. */
  private static List<FileStatus> listed(FileIndex index) {
    if (index instanceof CatalogFileIndex table) {
      List<Expression> all = List.of();
      return listed(table.filterPartitions(JavaConverters.asScalaBuffer(all)));
    }
    return index instanceof PartitioningAwareFileIndex listing
        ? JavaConverters.seqAsJavaList(listing.allFiles())
        : List.of();
  }

  private static String facts(FileStatus status) {
    return status.getLen() + " " + status.getModificationTime();
  }

  /**
   * Length and time of modification of each file, by one listing of each folder.
   *
   * @param listed the same as Spark has them
   */
  private static Map<String, String> describe(
      Set<String> files, Map<Path, String> listed, Configuration hadoop) {
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
      String now = facts(status);
      if (!listed.getOrDefault(path, now).equals(now)) {
        throw new IllegalArgumentException(
            "the files of a run must stay as they were when the input was made, but '%s' has changed since; read the input anew"
                .formatted(file));
      }
      facts.put(file, now);
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
