// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayArrayParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.FloatParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What a Param's value is in Python. PySpark converts and checks a value by a function of its
 * TypeConverters, and a reader of the code wants the type hint.
 *
 * @param hint the type hint, in names of typing
 * @param converter the function of TypeConverters
 */
record PythonType(String hint, String converter) {

  /** What is passed on as it is. */
  static final PythonType ANY = new PythonType("Any", "identity");

  private static final PythonType INT = new PythonType("int", "toInt");
  private static final PythonType FLOAT = new PythonType("float", "toFloat");
  private static final PythonType BOOL = new PythonType("bool", "toBoolean");
  private static final PythonType STRING = new PythonType("str", "toString");

  private static final Map<Class<?>, PythonType> OF_PARAMS =
      Map.of(
          IntParam.class, INT,
          LongParam.class, INT,
          FloatParam.class, FLOAT,
          DoubleParam.class, FLOAT,
          BooleanParam.class, BOOL,
          StringArrayParam.class, new PythonType("List[str]", "toListString"),
          IntArrayParam.class, new PythonType("List[int]", "toListInt"),
          DoubleArrayParam.class, new PythonType("List[float]", "toListFloat"),
          DoubleArrayArrayParam.class, new PythonType("List[List[float]]", "toListListFloat"));

  private static final Map<String, PythonType> OF_VALUES =
      Map.ofEntries(
          Map.entry("int", INT),
          Map.entry("long", INT),
          Map.entry("java.lang.Integer", INT),
          Map.entry("java.lang.Long", INT),
          Map.entry("double", FLOAT),
          Map.entry("float", FLOAT),
          Map.entry("java.lang.Double", FLOAT),
          Map.entry("java.lang.Float", FLOAT),
          Map.entry("boolean", BOOL),
          Map.entry("java.lang.Boolean", BOOL),
          Map.entry("java.lang.String", STRING),
          Map.entry(
              "java.util.Map<java.lang.String, java.lang.String>",
              new PythonType("Dict[str, str]", "identity")));

  /**
   * The type of a Param.
   *
   * @param declared the return type of the stage's method that gives the Param, whose type argument
   *     tells what a plain Param holds
   */
  static PythonType of(Param<?> param, Type declared) {
    PythonType known = OF_PARAMS.get(param.getClass());
    if (known != null) {
      return known;
    }
    if (declared instanceof ParameterizedType parameterized) {
      return OF_VALUES.getOrDefault(parameterized.getActualTypeArguments()[0].getTypeName(), ANY);
    }
    return ANY;
  }

  /** The type of what a method returns or takes; ANY if Python has no plain counterpart. */
  static PythonType ofValue(Type type) {
    return OF_VALUES.getOrDefault(type.getTypeName(), ANY);
  }
}
