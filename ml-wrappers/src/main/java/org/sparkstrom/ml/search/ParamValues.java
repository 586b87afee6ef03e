// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import scala.collection.JavaConverters;

/** Values of Params in forms that can be compared and read. */
final class ParamValues {

  private ParamValues() {}

  /** A value with {@code equals}: arrays, which have none, become lists, at any depth. */
  static Object comparable(Object value) {
    if (value == null || !value.getClass().isArray()) {
      return value;
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(comparable(Array.get(value, i)));
    }
    return elements;
  }

  /** What a stage is set to, defaults included, by the names of its Params. */
  static Map<String, Object> of(Params stage) {
    Map<String, Object> values = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param)) {
        values.put(param.name(), comparable(stage.getOrDefault(param)));
      }
    }
    return values;
  }

  /** A candidate's values as text, by {@code uid.param}. */
  static Map<String, String> readable(ParamMap candidate) {
    Map<String, String> values = new TreeMap<>();
    for (ParamPair<?> pair : pairs(candidate)) {
      String name = pair.param().parent() + "." + pair.param().name();
      values.put(name, String.valueOf(comparable(pair.value())));
    }
    return values;
  }

  static List<ParamPair<?>> pairs(ParamMap candidate) {
    return new ArrayList<>(JavaConverters.seqAsJavaList(candidate.toSeq()));
  }
}
