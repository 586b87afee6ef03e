// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructField;

/** What holds for each estimator of this module that appends columns, and for its model. */
public final class ModelContract {
  private static final long DEADLINE_MS = 600_000;

  private ModelContract() {}

  /**
   * Checks an estimator with its Params set, and its model.
   *
   * @param data rows that it can be fitted on
   */
  public static <M extends Model<M>> void check(
      Estimator<M> estimator, Dataset<Row> data, Path folder) {
    M model = estimator.fit(data);
    assertThat(model.uid()).isEqualTo(estimator.uid());
    assertThat(model.parent()).isSameAs(estimator);
    assertThat(estimator.transformSchema(data.schema()))
        .isEqualTo(model.transformSchema(data.schema()));
    paramsAreDocumented(estimator);
    assertThat(values(estimator.copy(ParamMap.empty()))).isEqualTo(values(estimator));
    estimatorsComeBack(estimator, folder);
    streamsAreRefused(estimator, data);
    check(model, data, folder);
  }

  /** Checks a model. */
  public static <M extends Model<M>> void check(M model, Dataset<Row> data, Path folder) {
    paramsAreDocumented(model);
    theSchemaIsForetold(model, data);
    copiesAreEqual(model, data);
    savedModelsComeBack(model, data, folder);
    streamsGiveTheSame(model, data, folder);
  }

  private static void paramsAreDocumented(Params stage) {
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).isEqualTo(stage.uid());
      assertThat(param.doc()).isNotBlank();
      assertThat(stage.hasParam(param.name())).isTrue();
    }
  }

  private static <M extends Model<M>> void theSchemaIsForetold(M model, Dataset<Row> data) {
    Dataset<Row> result = model.transform(data);
    assertThat(result.schema()).isEqualTo(model.transformSchema(data.schema()));
    assertThat(Arrays.asList(result.columns())).startsWith(data.columns());
    int width = data.columns().length;
    String[] names = new String[result.columns().length];
    Arrays.setAll(names, i -> i < width ? data.columns()[i] : "__new" + i);
    Dataset<Row> before = result.toDF(names);
    for (int i = width; i < names.length; i++) {
      before = before.drop(names[i]);
    }
    assertThat(before.toJSON().collectAsList()).isEqualTo(data.toJSON().collectAsList());
    assertThat(model.transform(data.limit(0)).collectAsList()).isEmpty();
  }

  private static <M extends Model<M>> void copiesAreEqual(M model, Dataset<Row> data) {
    M copied = model.copy(ParamMap.empty());
    assertThat(copied.uid()).isEqualTo(model.uid());
    assertThat(copied.parent()).isSameAs(model.parent());
    assertThat(values(copied)).isEqualTo(values(model));
    assertThat(json(copied.transform(data))).isEqualTo(json(model.transform(data)));
  }

  private static void streamsAreRefused(Estimator<?> estimator, Dataset<Row> data) {
    Dataset<Row> rate = LocalSpark.session().readStream().format("rate").load();
    Column[] columns = new Column[data.columns().length];
    for (int i = 0; i < columns.length; i++) {
      StructField field = data.schema().fields()[i];
      columns[i] = functions.lit(null).cast(field.dataType()).as(field.name());
    }
    assertThatThrownBy(() -> estimator.fit(rate.select(columns)))
        .hasMessageContaining(estimator.uid() + " is fitted on data that ends");
  }

  private static void estimatorsComeBack(Estimator<?> estimator, Path folder) {
    String path = folder.resolve("estimator").toString();
    try {
      new Pipeline().setStages(new PipelineStage[] {estimator}).save(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    PipelineStage read = Pipeline.load(path).getStages()[0];
    assertThat(read).hasSameClassAs(estimator);
    assertThat(read.uid()).isEqualTo(estimator.uid());
    assertThat(values(read)).isEqualTo(values(estimator));
  }

  private static <M extends Model<M>> void savedModelsComeBack(
      M model, Dataset<Row> data, Path folder) {
    String path = folder.resolve("model").toString();
    try {
      new Pipeline().setStages(new PipelineStage[] {model}).fit(data).save(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    PipelineModel loaded = PipelineModel.load(path);
    assertThat(loaded.stages()[0]).hasSameClassAs(model);
    assertThat(loaded.stages()[0].uid()).isEqualTo(model.uid());
    assertThat(values(loaded.stages()[0])).isEqualTo(values(model));
    assertThat(loaded.transform(data).schema()).isEqualTo(model.transform(data).schema());
    assertThat(json(loaded.transform(data))).isEqualTo(json(model.transform(data)));
  }

  private static <M extends Model<M>> void streamsGiveTheSame(
      M model, Dataset<Row> data, Path folder) {
    String files = folder.resolve("files").toString();
    data.coalesce(1).write().parquet(files);
    Dataset<Row> stream = LocalSpark.session().readStream().schema(data.schema()).parquet(files);
    String table = "streamed_" + model.uid().replace('-', '_');
    try {
      StreamingQuery query =
          model
              .transform(stream)
              .writeStream()
              .format("memory")
              .queryName(table)
              .option("checkpointLocation", folder.resolve("checkpoint").toString())
              .trigger(Trigger.AvailableNow())
              .start();
      assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();
    } catch (TimeoutException | StreamingQueryException e) {
      throw new AssertionError(e);
    }
    assertThat(json(LocalSpark.session().table(table)))
        .containsExactlyInAnyOrderElementsOf(json(model.transform(data)));
  }

  private static List<String> json(Dataset<Row> rows) {
    return rows.toJSON().collectAsList();
  }

  private static List<Object> values(Params stage) {
    return Arrays.stream(stage.params())
        .<Object>map(
            param -> stage.isDefined(param) ? describe(stage.getOrDefault(param)) : "undefined")
        .toList();
  }

  private static Object describe(Object value) {
    if (value instanceof double[] numbers) {
      return Arrays.toString(numbers);
    }
    return value instanceof Object[] objects ? Arrays.toString(objects) : value;
  }
}
