// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
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
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataVecTransformerTest {
  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(
              new Schema.Builder().addColumnString("s").addColumnInteger("n").build())
          .stringToCategorical("s", List.of("a", "b\"\\d+\""))
          .categoricalToOneHot("s")
          .build();

  private final Dataset<Row> data =
      TestSpark.frame(
          StructType.fromDDL("s STRING, n INT, id BIGINT"),
          RowFactory.create("a", 1, 10L),
          RowFactory.create("b\"\\d+\"", 2, 20L),
          RowFactory.create("?", 3, 30L));

  private final DataVecTransformer stage =
      new DataVecTransformer().setTransformProcess(PROCESS).setHandleInvalid("skip");

  @Test
  void everyParamBelongsToItsStage() {
    assertThat(stage.params())
        .extracting(Param::name)
        .contains("transformProcess", "handleInvalid", "skippedCounter");
    for (Param<?> param : stage.params()) {
      assertThat(param.parent()).isEqualTo(stage.uid());
      assertThat(stage.hasParam(param.name())).isTrue();
    }
    assertThat(stage.explainParams()).contains("skip", "steps on rows");
  }

  @Test
  void transformSchemaIsWhatTransformYields() {
    assertThat(stage.transform(data).schema()).isEqualTo(stage.transformSchema(data.schema()));
    assertThat(stage.transform(data).collectAsList())
        .containsExactly(RowFactory.create(1, 0, 1, 10L), RowFactory.create(0, 1, 2, 20L));
  }

  @Test
  void copyKeepsUidAndParamsAndTakesExtras() {
    DataVecTransformer plain = stage.copy(ParamMap.empty());
    DataVecTransformer changed = stage.copy(new ParamMap().put(stage.handleInvalid().w("keep")));

    assertThat(plain.uid()).isEqualTo(stage.uid());
    assertThat(values(plain)).isEqualTo(values(stage));
    assertThat(changed.getHandleInvalid()).isEqualTo("keep");
    assertThat(stage.getHandleInvalid()).isEqualTo("skip");
    assertThat(changed.transform(data).count()).isEqualTo(3);
  }

  @Test
  void aSavedStageComesBackEqual(@TempDir Path folder) throws Exception {
    String path = folder.resolve("stage").toString();
    stage.save(path);
    stage.write().overwrite().save(path);

    DataVecTransformer loaded = DataVecTransformer.load(path);

    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(values(loaded)).isEqualTo(values(stage));
    assertThat(loaded.transform(data).collectAsList())
        .isEqualTo(stage.transform(data).collectAsList());
  }

  @Test
  void aPipelineIsSavedBeforeAndAfterItsFit(@TempDir Path folder) throws Exception {
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage});
    pipeline.save(folder.resolve("pipeline").toString());
    PipelineModel model = Pipeline.load(folder.resolve("pipeline").toString()).fit(data);
    model.save(folder.resolve("model").toString());

    PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());

    assertThat(loaded.transform(data).collectAsList())
        .isEqualTo(stage.transform(data).collectAsList());
  }

  @Test
  void skippedRowsAreCountedByTheStageAndItsCopies(@TempDir Path folder) throws Exception {
    assertThatThrownBy(stage::skippedCount)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call setSkippedCounter(name)");
    DataVecTransformer counting = stage.copy(ParamMap.empty()).setSkippedCounter("rows refused");
    assertThat(counting.skippedCount()).isZero();

    assertThat(counting.transform(data).collectAsList()).hasSize(2);
    assertThat(counting.skippedCount()).isEqualTo(1);
    // A model of a pipeline copies its stages when it is given Params
    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {counting}).fit(data);
    assertThat(model.transform(data, ParamMap.empty()).collectAsList()).hasSize(2);
    assertThat(counting.skippedCount()).isEqualTo(2);
    assertThat(counting.copy(ParamMap.empty()).skippedCount()).isEqualTo(2);

    model.save(folder.resolve("model").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());
    loaded.transform(data).collectAsList();
    assertThat(((DataVecTransformer) loaded.stages()[0]).skippedCount()).isEqualTo(1);
    assertThat(counting.skippedCount()).isEqualTo(2);
    DataVecTransformer other = counting.copy(ParamMap.empty()).setSkippedCounter("others");
    assertThat(other.skippedCount()).isZero();
    other.transform(data).collectAsList();
    assertThat(other.skippedCount()).isEqualTo(1);
    assertThat(counting.skippedCount()).as("of another name").isEqualTo(2);
  }

  @Test
  void aStageStillCountsAfterJavaSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stage.setSkippedCounter("serialized"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      DataVecTransformer read = (DataVecTransformer) in.readObject();
      read.transform(data).collectAsList();
      assertThat(read.skippedCount()).isEqualTo(1);
    }
  }

  @Test
  void badParamsAreRefusedWithTheReason() {
    DataVecTransformer fresh = new DataVecTransformer("fresh");

    assertThatThrownBy(() -> fresh.setHandleInvalid("drop"))
        .hasMessageContaining("[error, skip, keep]");
    assertThatThrownBy(() -> fresh.setTransformProcess("{}"))
        .hasMessageContaining("not the JSON of a DataVec TransformProcess");
    assertThatThrownBy(() -> fresh.transform(data))
        .hasMessageContaining("fresh has no transformProcess");
    assertThat(fresh.getHandleInvalid()).isEqualTo("error");
  }

  @Test
  void aWrongInputIsRefusedByTheSchemaAlone() {
    StructType wrong = StructType.fromDDL("s STRING, m INT");

    assertThatThrownBy(() -> stage.transformSchema(wrong))
        .hasMessageContaining("column 'n' is missing")
        .hasMessageContaining("'m' int");
  }

  private static List<Object> values(DataVecTransformer of) {
    return Arrays.stream(of.params()).<Object>map(of::getOrDefault).toList();
  }
}
