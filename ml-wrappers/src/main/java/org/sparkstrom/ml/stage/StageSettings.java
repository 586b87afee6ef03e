// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.stage;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import scala.NotImplementedError;

/**
 * What stages are set to, defaults included, as values that can be compared or as text that can be
 * hashed. It exists so that the search, which shares fitted stages within a JVM, and the run cache,
 * which shares them between runs, mean the same.
 */
public final class StageSettings {

  private StageSettings() {}

  /** What a stage is set to by the names of its Params; values have {@code equals}. */
  public static Map<String, Object> values(Params stage) {
    Map<String, Object> values = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param)) {
        values.put(param.name(), comparable(stage.getOrDefault(param)));
      }
    }
    return values;
  }

  /**
   * The same as the JSON in which Spark saves values, equal in every JVM.
   *
   * @throws IllegalArgumentException if a Param has a value that cannot be saved
   */
  public static Map<String, String> encoded(Params stage) {
    Map<String, String> values = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param)) {
        values.put(param.name(), encode(stage, param));
      }
    }
    return values;
  }

  private static <T> String encode(Params stage, Param<T> param) {
    try {
      return param.jsonEncode(stage.getOrDefault(param));
    } catch (NotImplementedError e) {
      throw new IllegalArgumentException(
          "%s.%s must have a value that Spark can save, but has a %s"
              .formatted(stage.uid(), param.name(), stage.getOrDefault(param).getClass().getName()),
          e);
    }
  }

  /** A value with {@code equals}: arrays, which have none, become lists, at any depth. */
  public static Object comparable(Object value) {
    if (value == null || !value.getClass().isArray()) {
      return value;
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(comparable(Array.get(value, i)));
    }
    return elements;
  }

  /**
   * A stage of a pipeline.
   *
   * @param stage which is no pipeline itself
   * @param pipelines uids of the pipelines between the outermost and the stage, outermost first
   */
  public record Place(PipelineStage stage, List<String> pipelines) {
    public Place {
      pipelines = List.copyOf(pipelines);
    }
  }

  /** The stages of a pipeline, those of pipelines in it included; any other stage is itself. */
  public static List<PipelineStage> flat(PipelineStage stage) {
    return places(stage).stream().map(Place::stage).toList();
  }

  /** The same with the pipelines that they stand in. */
  public static List<Place> places(PipelineStage stage) {
    List<Place> places = new ArrayList<>();
    if (stage instanceof Pipeline pipeline) {
      for (PipelineStage inner : pipeline.getStages()) {
        collect(inner, List.of(), places);
      }
    } else {
      places.add(new Place(stage, List.of()));
    }
    return places;
  }

  private static void collect(PipelineStage stage, List<String> outer, List<Place> places) {
    if (!(stage instanceof Pipeline pipeline)) {
      places.add(new Place(stage, outer));
      return;
    }
    List<String> here = new ArrayList<>(outer);
    here.add(pipeline.uid());
    for (PipelineStage inner : pipeline.getStages()) {
      collect(inner, here, places);
    }
  }
}
