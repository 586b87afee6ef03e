// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;
import org.sparkstrom.ml.cache.RunRecord;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * What a fitted pipeline was made of, by what, and how good it is: the file {@code record.json} of
 * an exported model. Immutable.
 *
 * @param format version of this file
 * @param created in UTC, ISO 8601
 * @param uid of the pipeline
 * @param versions of sparkstrom, spark and java
 * @param stages with what they are set to
 * @param seeds by stage and Param, and those that were added
 * @param data fingerprints of the data by what it was used for
 * @param metrics by their names
 * @param run how the pipeline was fitted, as JSON of a {@link RunRecord}; empty if not told
 */
public record ModelRecord(
    int format,
    String created,
    String uid,
    Map<String, String> versions,
    List<Stage> stages,
    Map<String, Long> seeds,
    Map<String, String> data,
    Map<String, Double> metrics,
    String run) {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A stage of the pipeline.
   *
   * @param type name of its class
   * @param params the values of its Params, defaults included, as text
   */
  public record Stage(String uid, String type, Map<String, String> params) {
    public Stage {
      params = Map.copyOf(params);
    }
  }

  public ModelRecord {
    versions = Map.copyOf(versions);
    stages = List.copyOf(stages);
    seeds = Map.copyOf(seeds);
    data = Map.copyOf(data);
    metrics = Map.copyOf(metrics);
    metrics.forEach(ModelRecord::requireFinite);
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "a metric of a record must be finite, but %s is %s; leave it out".formatted(name, value));
    }
  }

  /** What can be read from a pipeline itself: stages, seeds among their Params, and versions. */
  public static ModelRecord of(PipelineModel model) {
    List<Stage> stages = new ArrayList<>();
    Map<String, Long> seeds = new TreeMap<>();
    for (Transformer stage : model.stages()) {
      Map<String, Object> values = StageSettings.values(stage);
      Map<String, String> params = new TreeMap<>();
      values.forEach((name, value) -> params.put(name, String.valueOf(value)));
      stages.add(new Stage(stage.uid(), stage.getClass().getName(), params));
      if (values.get("seed") instanceof Number seed) {
        seeds.put(stage.uid() + ".seed", seed.longValue());
      }
    }
    return new ModelRecord(
        FORMAT,
        Instant.now().toString(),
        model.uid(),
        currentVersions(),
        stages,
        seeds,
        Map.of(),
        Map.of(),
        "");
  }

  private static Map<String, String> currentVersions() {
    String own = ModelRecord.class.getPackage().getImplementationVersion();
    return Map.of(
        "sparkstrom", Optional.ofNullable(own).orElse("development"),
        "spark", SparkSession.active().version(),
        "java", Runtime.version().toString());
  }

  /** The same with the fingerprint of data that was used for something, such as training. */
  public ModelRecord withData(String use, String fingerprint) {
    return new ModelRecord(
        format, created, uid, versions, stages, seeds, with(data, use, fingerprint), metrics, run);
  }

  /** The same with a metric. */
  public ModelRecord withMetric(String name, double value) {
    return new ModelRecord(
        format, created, uid, versions, stages, seeds, data, with(metrics, name, value), run);
  }

  /** The same with a seed that no Param holds, such as that of a split of the data. */
  public ModelRecord withSeed(String name, long value) {
    return new ModelRecord(
        format, created, uid, versions, stages, with(seeds, name, value), data, metrics, run);
  }

  /**
   * The same with how the pipeline was fitted, and the fingerprint of the rows it was fitted on.
   */
  public ModelRecord withRun(RunRecord fit) {
    return new ModelRecord(
        format,
        created,
        uid,
        versions,
        stages,
        seeds,
        with(data, "fit", fit.input()),
        metrics,
        fit.toJson());
  }

  private static <V> Map<String, V> with(Map<String, V> values, String name, V value) {
    Map<String, V> more = new TreeMap<>(values);
    more.put(name, value);
    return more;
  }

  /** The record as JSON, names sorted. */
  public String toJson() {
    return JSON.copy()
        .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
        .valueToTree(this)
        .toPrettyString();
  }

  static ModelRecord fromJson(String text, String path) {
    try {
      ModelRecord record = JSON.readValue(text, ModelRecord.class);
      if (record.format() > FORMAT) {
        throw new IllegalArgumentException(
            "the record of '%s' must be of format %d or older, but is of %d; take a newer version of this library"
                .formatted(path, FORMAT, record.format()));
      }
      return record;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must hold the record that exporting writes, but it is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
  }
}
