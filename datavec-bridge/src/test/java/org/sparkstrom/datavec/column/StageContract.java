// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What holds for each {@link ColumnStage}, whatever it computes. */
public final class StageContract {
  private StageContract() {}

  /**
   * Checks a stage with some Params set.
   *
   * @param data rows of which none is refused
   */
  public static void check(ColumnStage<?> stage, Dataset<Row> data, Path folder) {
    paramsAreDocumented(stage);
    theSchemaIsForetold(stage, data);
    copiesAreEqual(stage, data);
    savedStagesComeBack(stage, data, folder);
    namesMayHaveDots(stage, data);
    emptyPartitionsStayEmpty(stage, data);
    wrongColumnsAreNamed(stage, data);
  }

  private static void paramsAreDocumented(ColumnStage<?> stage) {
    assertThat(stage.params())
        .extracting(Param::name)
        .contains("inputCol", "outputCol", "handleInvalid", "errorCol");
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).isEqualTo(stage.uid());
      assertThat(param.doc()).isNotBlank();
      assertThat(stage.hasParam(param.name())).isTrue();
    }
    assertThatThrownBy(() -> stage.setHandleInvalid("drop"))
        .hasMessageContaining("[error, skip, keep]")
        .hasMessageContaining("drop");
  }

  private static void theSchemaIsForetold(ColumnStage<?> stage, Dataset<Row> data) {
    Dataset<Row> result = stage.transform(data);
    assertThat(result.schema()).isEqualTo(stage.transformSchema(data.schema()));
    assertThat(Arrays.asList(result.columns()))
        .startsWith(data.columns())
        .endsWith(stage.getOutputCol())
        .hasSize(data.columns().length + 1);
    assertThat(result.count()).isEqualTo(data.count());
  }

  private static void copiesAreEqual(ColumnStage<?> stage, Dataset<Row> data) {
    ColumnStage<?> plain = stage.copy(ParamMap.empty());
    assertThat(plain.uid()).isEqualTo(stage.uid());
    assertThat(values(plain)).isEqualTo(values(stage));
    ColumnStage<?> changed = stage.copy(new ParamMap().put(stage.outputCol().w("changed")));
    assertThat(changed.transform(data).columns()).endsWith("changed");
    assertThat(stage.getOutputCol()).isNotEqualTo("changed");
  }

  private static void savedStagesComeBack(ColumnStage<?> stage, Dataset<Row> data, Path folder) {
    String path = folder.resolve("pipeline").toString();
    List<String> expected = stage.transform(data).toJSON().collectAsList();
    try {
      new Pipeline()
          .setStages(new PipelineStage[] {stage})
          .fit(data)
          .write()
          .overwrite()
          .save(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    PipelineModel loaded = PipelineModel.load(path);
    ColumnStage<?> back = (ColumnStage<?>) loaded.stages()[0];
    assertThat(back.uid()).isEqualTo(stage.uid());
    assertThat(values(back)).isEqualTo(values(stage));
    assertThat(loaded.transform(data).toJSON().collectAsList()).isEqualTo(expected);
  }

  private static void namesMayHaveDots(ColumnStage<?> stage, Dataset<Row> data) {
    String input = stage.getInputCol();
    Dataset<Row> dotted = data.withColumnRenamed(input, "in.a`b");
    Dataset<Row> result =
        stage
            .copy(
                new ParamMap()
                    .put(stage.inputCol().w("in.a`b"))
                    .put(stage.outputCol().w("out.a`b")))
            .transform(dotted);
    assertThat(result.columns()).endsWith("out.a`b");
    assertThat(result.select("`out.a``b`").toDF("value").toJSON().collectAsList())
        .isEqualTo(
            stage
                .transform(data)
                .select(stage.getOutputCol())
                .toDF("value")
                .toJSON()
                .collectAsList());
  }

  private static void emptyPartitionsStayEmpty(ColumnStage<?> stage, Dataset<Row> data) {
    assertThat(stage.transform(data.limit(0)).collectAsList()).isEmpty();
    assertThat(stage.transform(data.repartition(7)).count()).isEqualTo(data.count());
  }

  private static void wrongColumnsAreNamed(ColumnStage<?> stage, Dataset<Row> data) {
    assertThatThrownBy(() -> stage.transformSchema(data.drop(stage.getInputCol()).schema()))
        .hasMessageContaining(stage.uid())
        .hasMessageContaining("'" + stage.getInputCol() + "' is missing");
    assertThatThrownBy(() -> stage.transformSchema(data.schema().add(stage.getOutputCol(), "int")))
        .hasMessageContaining("already has a column '" + stage.getOutputCol() + "'");
    assertThatThrownBy(
            () -> stage.copy(new ParamMap().put(stage.errorCol().w("why"))).transform(data))
        .hasMessageContaining("handleInvalid keep");
  }

  private static List<Object> values(ColumnStage<?> stage) {
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
