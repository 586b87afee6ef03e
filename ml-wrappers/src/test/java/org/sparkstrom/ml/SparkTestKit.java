// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifierSuite;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.ProbabilisticClassifierSuite;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.ParamsSuite;
import org.apache.spark.ml.util.MLTestingUtils;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The checks with which Spark tests its own stages, for ours.
 *
 * <p>They are methods of Scala traits, so this is one of Spark's suites that has them mixed in; its
 * own tests are not run. It has a Spark session of its own, which refuses what Spark forgives its
 * users: code that does not compile, memory and files that are left open. A JVM has one Spark
 * context, so that of {@link TestSpark} is stopped; whoever asks for it later gets a new one.
 */
final class SparkTestKit extends MultilayerPerceptronClassifierSuite implements AutoCloseable {
  private static final long serialVersionUID = 1L;
  private static final String TESTING = "spark.testing"; // set by the kit, and left so

  private final String testingBefore = System.getProperty(TESTING);

  private SparkTestKit() {}

  /** Starts the kit's session. */
  static SparkTestKit start() {
    TestSpark.session().stop();
    SparkTestKit kit = new SparkTestKit();
    kit.beforeAll();
    return kit;
  }

  @Override
  public SparkConf sparkConf() {
    return super.sparkConf()
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  SparkSession session() {
    return spark();
  }

  /** The suite's own rows of the exclusive or: features, label. */
  Dataset<Row> exclusiveOr() {
    return dataset().toDF();
  }

  /** Refuses files that a test has left open. */
  void requireClosedFiles() {
    afterEach();
  }

  /** Transforms the rows as a stream and as a table, and has each row of both results checked. */
  void testTransformer(
      Dataset<Row> rows, Transformer transformer, List<String> columns, Consumer<Row> check) {
    testTransformer(
        rows,
        transformer,
        columns.get(0),
        JavaConverters.asScalaBuffer(columns.subList(1, columns.size())).toSeq(),
        function(check),
        Encoders.row(rows.schema()));
  }

  /** Each of the prediction's columns is the same whichever of the others are turned off. */
  <M extends ProbabilisticClassificationModel<Vector, M>> void testPredictMethods(
      M model, Dataset<Row> rows) {
    ProbabilisticClassifierSuite.testPredictMethods(this, model, rows);
  }

  /** Saves, refuses to save again, overwrites, loads twice, and compares uid and all Params. */
  <T extends Params & MLWritable> T testReadWrite(T stage) {
    return testDefaultReadWrite(stage, true);
  }

  /**
   * Params are in order, belong to the stage and are found by name; copy gives the stage's type.
   */
  static void checkParams(Params stage) {
    ParamsSuite.checkParams(stage);
  }

  /** The model has its estimator's uid, and a copy of it the same parent. */
  static void checkCopyAndUids(Estimator<?> estimator, Model<?> model) {
    MLTestingUtils.checkCopyAndUids(estimator, model);
  }

  /** Labels and weights of each numeric type give the same model, and strings an error. */
  <M extends Model<M>, E extends Estimator<M>> void checkNumericTypes(
      E estimator, boolean classifies, BiConsumer<M, M> compare) {
    MLTestingUtils.<M, E>checkNumericTypes(
        estimator,
        session(),
        classifies,
        new AbstractFunction2<M, M, BoxedUnit>() {
          @Override
          public BoxedUnit apply(M expected, M actual) {
            compare.accept(expected, actual);
            return BoxedUnit.UNIT;
          }
        });
  }

  private static AbstractFunction1<Row, BoxedUnit> function(Consumer<Row> check) {
    return new AbstractFunction1<>() {
      @Override
      public BoxedUnit apply(Row row) {
        check.accept(row);
        return BoxedUnit.UNIT;
      }
    };
  }

  @Override
  public void close() {
    try {
      afterAll();
    } finally {
      if (testingBefore == null) {
        System.clearProperty(TESTING);
      } else {
        System.setProperty(TESTING, testingBefore);
      }
    }
  }
}
