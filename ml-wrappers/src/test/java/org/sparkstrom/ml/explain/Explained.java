// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.ml.ParallelPostFit;
import org.sparkstrom.ml.TestSpark;
import scala.collection.Seq;

/** Models and data of the tests of explainers. */
public final class Explained {
  static final StructType VECTORS =
      new StructType().add("id", "long", false).add("features", SQLDataTypes.VectorType());

  private Explained() {}

  /** A function of numbers, as a model is one. */
  interface Score extends Serializable {
    double of(double[] features);
  }

  /** A model of a function of the column features, in the column prediction. */
  static Transformer model(Score score) {
    return ParallelPostFit.ofFunction(
            rows ->
                rows.stream()
                    .map(row -> RowFactory.create(score.of(row.<Vector>getAs(0).toArray())))
                    .toList())
        .setInputCols("features")
        .setOutputSchema("prediction double");
  }

  /** A model of an SQL expression, in the column prediction. */
  public static Transformer sql(String expression) {
    return new SQLTransformer()
        .setStatement("SELECT *, " + expression + " AS prediction FROM __THIS__");
  }

  /** Rows with features. */
  static Dataset<Row> vectors(double[]... rows) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      all.add(RowFactory.create((long) i, Vectors.dense(rows[i])));
    }
    return TestSpark.session().createDataFrame(all, VECTORS).coalesce(1);
  }

  static Dataset<Row> table(String ddl, Object[]... rows) {
    List<Row> all = Arrays.stream(rows).map(RowFactory::create).toList();
    return TestSpark.session().createDataFrame(all, StructType.fromDDL(ddl)).coalesce(1);
  }

  /** The values of the explanation of a target. */
  static double[] values(Row row, int target) {
    return ((Vector) row.<Seq<?>>getAs("explanation").apply(target)).toArray();
  }

  static double base(Row row, int target) {
    return row.<Vector>getAs("explanationBase").apply(target);
  }

  static double rSquared(Row row, int target) {
    return row.<Vector>getAs("explanationRSquared").apply(target);
  }
}
