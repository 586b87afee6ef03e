// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.PipelineStage;

/**
 * What a Python class must say of a stage.
 *
 * @param type the Java class
 * @param kind what the stage is
 * @param mixins names of the traits of Spark's shared Params that it has beyond its kind
 * @param params its Params, by name
 * @param members what else its instances tell
 * @param factories static methods that make one
 * @param model the class of the model that an estimator fits
 */
record StageFacts(
    Class<? extends PipelineStage> type,
    StageKind kind,
    List<String> mixins,
    List<ParamFacts> params,
    List<Member> members,
    List<Factory> factories,
    Optional<Class<?>> model) {

  /**
   * A method that tells something of a stage, or registers it.
   *
   * @param name of the Java method
   * @param form what it becomes in Python
   * @param hint type hint of what it returns
   */
  record Member(String name, Form form, String hint) {}

  /**
   * A static method that makes a stage, and becomes a class method in Python.
   *
   * @param method the Java method
   * @param arguments its arguments in their order
   */
  record Factory(Method method, List<Argument> arguments) {

    String name() {
      return method.getName();
    }
  }

  /**
   * An argument of a factory.
   *
   * @param name as in Java
   * @param hint type hint of one value
   * @param many whether any number of values may be given
   */
  record Argument(String name, String hint, boolean many) {}

  /** What becomes of a Java method. */
  enum Form {
    /** A property with a number, a boolean, text, or a dictionary of text. */
    VALUE,
    /** A property with a vector or a matrix of pyspark.ml.linalg. */
    LINALG,
    /** A property with the facts of a fit. */
    SUMMARY,
    /** A method that returns another stage of the class. */
    STAGE,
    /** A method of a session and a name, which registers the stage there. */
    REGISTRATION
  }

  String name() {
    return type.getSimpleName();
  }

  /** The package, which the Python module is named after. */
  String module() {
    return type.getPackageName();
  }
}
