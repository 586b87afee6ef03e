// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.CurrentCatalog;
import org.apache.spark.sql.catalyst.expressions.CurrentDatabase;
import org.apache.spark.sql.catalyst.expressions.CurrentUser;
import org.apache.spark.sql.catalyst.expressions.EulerNumber;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Pi;
import org.apache.spark.sql.catalyst.expressions.RuntimeReplaceable;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sample;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;

/**
 * A plan over files as text that is the same in every JVM. Spark's own text of a plan is cut off
 * after some columns, and its hash of one has 32 bits and differs between JVMs.
 *
 * @param text of operators and expressions, with attributes numbered as they appear
 * @param relations the files, from left to right
 */
record PlanText(String text, List<HadoopFsRelation> relations) {
  /** Operators whose text tells all of them; those of functions in Java, for one, it does not. */
  private static final Set<String> KNOWN =
      Set.of(
          "Aggregate",
          "Distinct",
          "Except",
          "Expand",
          "Filter",
          "Generate",
          "GlobalLimit",
          "Intersect",
          "Join",
          "LocalLimit",
          "Project",
          "Repartition",
          "RepartitionByExpression",
          "Sort",
          "SubqueryAlias",
          "Union",
          "View",
          "Window");

  private static final Set<DataType> TIMES =
      Set.of(DataTypes.DateType, DataTypes.TimestampType, DataTypes.TimestampNTZType);

  /** Texts that Spark casts to the time at which it does. */
  private static final Pattern NOW =
      Pattern.compile("now|today|tomorrow|yesterday", Pattern.CASE_INSENSITIVE);

  private static final Pattern ATTRIBUTE = Pattern.compile("#(\\d+)");

  PlanText {
    relations = List.copyOf(relations);
  }

  /**
   * The text of an analyzed plan.
   *
   * @throws IllegalArgumentException if it has what its text cannot tell
   */
  static PlanText of(LogicalPlan plan) {
    StringBuilder text = new StringBuilder();
    List<HadoopFsRelation> relations = new ArrayList<>();
    walk(plan, text, relations);
    Map<String, Integer> numbers = new HashMap<>();
    String numbered =
        ATTRIBUTE
            .matcher(text)
            .replaceAll(
                found -> {
                  numbers.putIfAbsent(found.group(1), numbers.size());
                  return "#" + numbers.get(found.group(1));
                });
    return new PlanText(numbered, relations);
  }

  private static void walk(LogicalPlan node, StringBuilder text, List<HadoopFsRelation> relations) {
    List<LogicalPlan> children = JavaConverters.seqAsJavaList(node.children());
    if (children.isEmpty()) {
      if (node instanceof LogicalRelation relation
          && relation.relation() instanceof HadoopFsRelation files) {
        relations.add(files);
      } else {
        throw refused("rows of " + node.nodeName());
      }
    } else if (node instanceof Sample || (isLimit(node) && !isSorted(children.get(0)))) {
      throw refused(
          "the operation %s, which may take others of the same rows".formatted(node.nodeName()));
    } else if (!KNOWN.contains(node.nodeName())) {
      throw refused("the operation " + node.nodeName() + ", which the plan may not tell all of");
    }
    text.append('(').append(node.nodeName()).append(' ');
    text.append(node.argString(Integer.MAX_VALUE)).append('\n');
    JavaConverters.seqAsJavaList(node.expressions()).forEach(e -> walk(e, text));
    children.forEach(child -> walk(child, text, relations));
    text.append(")\n");
  }

  private static boolean isLimit(LogicalPlan node) {
    return node instanceof GlobalLimit || node instanceof LocalLimit;
  }

  /** Whether the rows come in an order of their own, of which limits take the first. */
  private static boolean isSorted(LogicalPlan node) {
    return node instanceof LocalLimit
        ? isSorted(node.children().apply(0))
        : node instanceof Sort sort && sort.global();
  }

  /** Each node of an expression by itself, as the text of the whole may be cut off. */
  private static void walk(Expression node, StringBuilder text) {
    if (node instanceof UserDefinedExpression) {
      throw refused("the function " + node + ", whose code is not in the plan");
    }
    if (node instanceof SubqueryExpression) {
      throw refused("a subquery");
    }
    if (!node.deterministic()) {
      throw refused("the expression " + node + ", which is not deterministic");
    }
    if (isOfNow(node)) {
      throw refused("the expression " + node + ", which tells who reads, or when");
    }
    if (node instanceof RuntimeReplaceable replaced) {
      walk(replaced.replacement(), new StringBuilder()); // for what is refused alone
    }
    text.append('[').append(node.getClass().getName()).append(' ').append(node);
    if (node.resolved()) {
      text.append(' ').append(node.dataType().json());
    }
    JavaConverters.seqAsJavaList(node.children()).forEach(child -> walk(child, text));
    text.append(']');
  }

  /** Whether an expression without inputs, or a name for a time, has another value later. */
  private static boolean isOfNow(Expression node) {
    if (node instanceof CurrentUser
        || node instanceof CurrentDatabase
        || node instanceof CurrentCatalog) {
      return true;
    }
    if (node instanceof Cast && TIMES.contains(node.dataType())) {
      Expression child = node.children().apply(0);
      boolean isPlain = child instanceof Literal && !NOW.matcher(child.toString()).find();
      return child.foldable() && child.dataType().equals(DataTypes.StringType) && !isPlain;
    }
    return node.children().isEmpty()
        && node.foldable()
        && !(node instanceof Literal || node instanceof Pi || node instanceof EulerNumber);
  }

  private static IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(
        "an input that is known by its files must come from files by Spark's own deterministic operations alone, but has %s; take InputFingerprint.content() or given()"
            .formatted(what));
  }
}
