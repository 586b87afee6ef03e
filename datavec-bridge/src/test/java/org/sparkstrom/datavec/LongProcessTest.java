// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.writable.DoubleWritable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.collection.JavaConverters;

/** A process of hundreds of steps that each look twice at one column stays a small query. */
class LongProcessTest {
  private static final StructType COLUMNS = StructType.fromDDL("x DOUBLE, y DOUBLE, id INT");
  private static final int STEPS = 240;

  /** Far beyond what it takes; expressions that double with each step would never end. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  @ParameterizedTest
  @EnumSource(HandleInvalid.class)
  void thePlanGrowsWithTheStepsAndNotWithTheirPowers(HandleInvalid policy) {
    assertTimeout(
        DEADLINE,
        () -> {
          long half = expressions(applied(STEPS / 2, policy));
          long all = expressions(applied(STEPS, policy));

          assertThat(all).isBetween(half, 5 * half / 2);
          assertThat(all).isLessThan(50L * STEPS);
        });
  }

  @ParameterizedTest
  @EnumSource(HandleInvalid.class)
  void itRunsAndGivesWhatTheRowsGive(HandleInvalid policy) {
    assertTimeout(
        DEADLINE,
        () -> {
          DataVecTransform transform = DataVecTransform.of(process(STEPS));
          assertThat(transform.explain()).doesNotContain("row pass");

          List<Row> expected =
              transform.withHandleInvalid(policy).inRows().apply(data()).collectAsList();
          assertThat(applied(STEPS, policy).collectAsList()).isEqualTo(expected).isNotEmpty();
        });
  }

  private static Dataset<Row> applied(int steps, HandleInvalid policy) {
    return DataVecTransform.of(process(steps)).withHandleInvalid(policy).apply(data());
  }

  /** Steps on two columns in turn. */
  private static TransformProcess process(int steps) {
    Schema schema = new Schema.Builder().addColumnsDouble("x", "y").build();
    TransformProcess.Builder builder = new TransformProcess.Builder(schema);
    for (int i = 0; i < steps / 6; i++) {
      for (String column : List.of("x", "y")) {
        builder
            .transform(new MinMaxNormalizer(column, -1 - i, 3, 0, 5))
            .doubleMathOp(column, MathOp.ScalarMax, i / 100.0)
            .conditionalReplaceValueTransform(
                column,
                new DoubleWritable(i),
                new DoubleColumnCondition(column, ConditionOp.GreaterThan, 4 + i / 50.0));
      }
    }
    return builder.build();
  }

  private static Dataset<Row> data() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(i / 3.0, -i / 7.0, i));
    }
    return TestSpark.session().createDataFrame(TestSpark.context().parallelize(rows, 1), COLUMNS);
  }

  /**
   * How many expressions the optimized plan has under a user's filter, with those inside of others.
   */
  private static long expressions(Dataset<Row> data) {
    return inPlan(data.where(col("x").gt(0.5)).queryExecution().optimizedPlan());
  }

  private static long inPlan(QueryPlan<?> plan) {
    long count = 0;
    for (Expression expression : JavaConverters.seqAsJavaList(plan.expressions())) {
      count += inTree(expression);
    }
    for (Object child : JavaConverters.seqAsJavaList(plan.children())) {
      count += inPlan((QueryPlan<?>) child);
    }
    return count;
  }

  private static long inTree(TreeNode<?> node) {
    long count = 1;
    for (Object child : JavaConverters.seqAsJavaList(node.children())) {
      count += inTree((TreeNode<?>) child);
    }
    return count;
  }
}
