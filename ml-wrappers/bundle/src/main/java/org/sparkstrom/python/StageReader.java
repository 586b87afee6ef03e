// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/** Looks at stages by reflection. */
final class StageReader {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Python's own words, and what our constructors use. */
  private static final Set<String> WORDS =
      Set.of(
          "False",
          "None",
          "True",
          "and",
          "as",
          "assert",
          "async",
          "await",
          "break",
          "class",
          "continue",
          "def",
          "del",
          "elif",
          "else",
          "except",
          "finally",
          "for",
          "from",
          "global",
          "if",
          "import",
          "in",
          "is",
          "lambda",
          "nonlocal",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "self",
          "try",
          "while",
          "with",
          "yield");

  /** The traits of shared Params that PySpark has as classes and our bases do not bring. */
  private static final Set<String> MIXINS =
      Set.of(
          "HasAggregationDepth",
          "HasCheckpointInterval",
          "HasFitIntercept",
          "HasHandleInvalid",
          "HasInputCol",
          "HasInputCols",
          "HasMaxIter",
          "HasNumFeatures",
          "HasOutputCol",
          "HasOutputCols",
          "HasParallelism",
          "HasRegParam",
          "HasSeed",
          "HasStepSize",
          "HasTol",
          "HasValidationIndicatorCol",
          "HasWeightCol");

  private static final String UID = "uid_of_the_stage";

  private StageReader() {}

  /**
   * What there is to say of a stage.
   *
   * @throws IllegalArgumentException if it cannot be made from a uid, or the name of a Param cannot
   *     be one in Python
   */
  static StageFacts read(Class<? extends PipelineStage> type) {
    PipelineStage stage = instance(type);
    StageKind kind = StageKind.of(type);
    List<ParamFacts> params = new ArrayList<>();
    for (Param<?> param : stage.params()) {
      params.add(param(stage, kind, param));
    }
    params.sort(Comparator.comparing(ParamFacts::name));
    return new StageFacts(
        type,
        kind,
        mixins(type),
        params,
        kind.isEstimator() ? List.of() : members(stage),
        factories(type, kind),
        model(type));
  }

  private static PipelineStage instance(Class<? extends PipelineStage> type) {
    try {
      return type.getConstructor(String.class).newInstance(UID);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + " must have a public constructor that takes the uid", e);
    }
  }

  private static ParamFacts param(PipelineStage stage, StageKind kind, Param<?> param) {
    String name = param.name();
    requireLegal(stage.getClass(), kind, name);
    Optional<String> standard =
        stage.getDefault(param).isDefined()
            ? Optional.of(expression(stage.getDefault(param).get()))
            : Optional.empty();
    Method accessor = accessor(stage.getClass(), name);
    ParamFacts facts =
        new ParamFacts(
            name,
            param.doc(),
            PythonType.of(param, accessor.getGenericReturnType()),
            standard,
            false);
    boolean settable = hasSetter(stage.getClass(), "set" + facts.capitalized());
    return new ParamFacts(name, facts.doc(), facts.type(), standard, settable);
  }

  /** Throws if a Param of this name would hide something in Python. */
  static void requireLegal(Class<?> stage, StageKind kind, String name) {
    if (!IDENTIFIER.matcher(name).matches()
        || WORDS.contains(name)
        || kind.attributes().contains(name)) {
      throw new IllegalArgumentException(
          "a Param must have a name that is free in Python, but %s has '%s'; rename the Param"
              .formatted(stage.getName(), name));
    }
  }

  /** The default as an expression; a uid within text becomes that of the Python stage. */
  private static String expression(Object value) {
    if (value instanceof String text && text.startsWith(UID)) {
      return "self.uid + " + PythonText.quoted(text.substring(UID.length()));
    }
    return PythonText.literal(value);
  }

  private static Method accessor(Class<?> type, String param) {
    try {
      return type.getMethod(param);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(
          "%s must have a public method %s() that returns its Param".formatted(type, param), e);
    }
  }

  private static boolean hasSetter(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .anyMatch(method -> method.getName().equals(name) && method.getParameterCount() == 1);
  }

  private static List<String> mixins(Class<?> type) {
    Set<String> names = new TreeSet<>();
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      interfaces(at)
          .filter(trait -> trait.getPackageName().equals("org.apache.spark.ml.param.shared"))
          .map(Class::getSimpleName)
          .filter(MIXINS::contains)
          .forEach(names::add);
    }
    return List.copyOf(names);
  }

  private static Stream<Class<?>> interfaces(Class<?> type) {
    return Arrays.stream(type.getInterfaces())
        .flatMap(trait -> Stream.concat(Stream.of(trait), interfaces(trait)));
  }

  /** Methods that the stage's class has of its own, without arguments but for registrations. */
  private static List<StageFacts.Member> members(PipelineStage stage) {
    List<StageFacts.Member> members = new ArrayList<>();
    for (Method method : stage.getClass().getDeclaredMethods()) {
      boolean candidate =
          Modifier.isPublic(method.getModifiers())
              && !Modifier.isStatic(method.getModifiers())
              && !method.isSynthetic()
              && (method.getParameterCount() == 0 || registers(method))
              && !method.getName().startsWith("get")
              && !Set.of("uid", "toString", "hashCode").contains(method.getName());
      if (candidate) {
        member(method, stage.getClass()).ifPresent(members::add);
      }
    }
    members.sort(Comparator.comparing(StageFacts.Member::name));
    return members;
  }

  private static boolean registers(Method method) {
    return method.getReturnType() == void.class
        && List.of(method.getParameterTypes()).equals(List.of(SparkSession.class, String.class));
  }

  private static Optional<StageFacts.Member> member(Method method, Class<?> stage) {
    String name = method.getName();
    if (registers(method)) {
      return Optional.of(new StageFacts.Member(name, StageFacts.Form.REGISTRATION, "None"));
    }
    if (method.getReturnType() == stage) {
      return Optional.of(new StageFacts.Member(name, StageFacts.Form.STAGE, stage.getSimpleName()));
    }
    if (method.getGenericReturnType() instanceof ParameterizedType type
        && type.getRawType() == Optional.class
        && type.getActualTypeArguments()[0].getTypeName().endsWith(".TrainingSummary")) {
      return Optional.of(
          new StageFacts.Member(name, StageFacts.Form.SUMMARY, "Optional[TrainingSummary]"));
    }
    if (method.getReturnType() == Matrix.class || method.getReturnType() == Vector.class) {
      return Optional.of(
          new StageFacts.Member(
              name, StageFacts.Form.LINALG, method.getReturnType().getSimpleName()));
    }
    PythonType type = PythonType.ofValue(method.getGenericReturnType());
    return type.equals(PythonType.ANY)
        ? Optional.empty()
        : Optional.of(new StageFacts.Member(name, StageFacts.Form.VALUE, type.hint()));
  }

  /** Static methods that make a stage of what Python has too; of overloads only one may be so. */
  private static List<StageFacts.Factory> factories(Class<?> stage, StageKind kind) {
    List<StageFacts.Factory> factories = new ArrayList<>();
    for (Method method : stage.getDeclaredMethods()) {
      boolean candidate =
          Modifier.isPublic(method.getModifiers())
              && Modifier.isStatic(method.getModifiers())
              && method.getReturnType() == stage
              && !kind.attributes().contains(method.getName());
      if (candidate) {
        arguments(method).ifPresent(list -> factories.add(new StageFacts.Factory(method, list)));
      }
    }
    factories.sort(Comparator.comparing(StageFacts.Factory::name));
    for (int i = 1; i < factories.size(); i++) {
      if (factories.get(i).name().equals(factories.get(i - 1).name())) {
        throw new IllegalArgumentException(
            "Python has no overloads, but %s has several methods %s that it could call"
                .formatted(stage.getName(), factories.get(i).name()));
      }
    }
    return factories;
  }

  private static Optional<List<StageFacts.Argument>> arguments(Method method) {
    List<StageFacts.Argument> arguments = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      Class<?> type =
          parameter.isVarArgs() ? parameter.getType().componentType() : parameter.getType();
      Optional<String> hint = hint(type);
      if (hint.isEmpty() || (parameter.isVarArgs() && type != String.class)) {
        return Optional.empty();
      }
      arguments.add(
          new StageFacts.Argument(parameter.getName(), hint.get(), parameter.isVarArgs()));
    }
    return Optional.of(arguments);
  }

  private static Optional<String> hint(Class<?> argument) {
    if (argument == Dataset.class) {
      return Optional.of("DataFrame");
    } else if (argument == Transformer.class) {
      return Optional.of("Transformer");
    }
    return Optional.of(PythonType.ofValue(argument))
        .filter(type -> !type.equals(PythonType.ANY))
        .map(PythonType::hint);
  }

  private static Optional<Class<?>> model(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals("fit") && !method.isSynthetic())
        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {Dataset.class}))
        .<Class<?>>map(Method::getReturnType)
        .findFirst();
  }
}
