// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.inference.BatchLimit;
import org.sparkstrom.spark.inference.ModelBinding;
import org.sparkstrom.spark.inference.ModelPayload;
import org.sparkstrom.spark.inference.ModelPredictor;
import org.sparkstrom.spark.inference.PredictionMapping;
import org.sparkstrom.spark.inference.TensorBatch;
import org.sparkstrom.spark.inference.TensorEngine;
import org.sparkstrom.spark.inference.TensorType;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class OnnxModelTest {

  private static final PredictionMapping FEATURES =
      new PredictionMapping(
          Map.of("x", "features"), List.of(), List.of("probabilities", "class"), new StructType());

  @Test
  void theModelInTheRepositoryIsTheOneThatIsWrittenHere() throws IOException {
    assertThat(Files.readAllBytes(Path.of("../src-test-data/two-heads.onnx")))
        .isEqualTo(TinyOnnx.twoHeads());
  }

  @Test
  void tellsWhatItTakesAndGives() {
    assertThat(OnnxModel.of(TinyOnnx.twoHeads()).description())
        .isEqualTo(
            "the model takes 'x' FLOAT32 [any, 4] and gives 'probabilities' FLOAT32 [any, 3], 'label' INT64 [any]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void keepsRowsInOrderAndGivesWhatTheFormulaGives(int batchRows) {
    List<Row> rows = SparkTests.clouds(100, 5);
    Dataset<Row> data = SparkTests.session().createDataFrame(rows, SparkTests.schema()).coalesce(1);
    List<Row> predicted =
        predict(TinyOnnx.twoHeads(), data, FEATURES, BatchLimit.ofRows(batchRows)).collectAsList();
    assertThat(predicted).hasSize(100);
    for (int i = 0; i < 100; i++) {
      Row row = predicted.get(i);
      assertThat(row.get(0)).isEqualTo(rows.get(i).get(0));
      assertThat(row.get(1)).isEqualTo(rows.get(i).get(1));
      double[] expected = probabilities(row.<Vector>getAs(0).toArray());
      List<Float> actual = row.getList(2);
      for (int j = 0; j < 3; j++) {
        assertThat(actual.get(j).doubleValue()).isCloseTo(expected[j], within(1e-5));
      }
      assertThat(row.getLong(3)).isEqualTo(highest(expected));
    }
  }

  private static double[] probabilities(double[] x) {
    double[] result = new double[3];
    double sum = 0;
    for (int j = 0; j < 3; j++) {
      double logit = TinyOnnx.BIASES[j];
      for (int i = 0; i < 4; i++) {
        logit += x[i] * TinyOnnx.WEIGHTS[i * 3 + j];
      }
      result[j] = Math.exp(logit);
      sum += result[j];
    }
    for (int j = 0; j < 3; j++) {
      result[j] /= sum;
    }
    return result;
  }

  private static long highest(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .max((a, b) -> Double.compare(values[a], values[b]))
        .orElseThrow();
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(TinyOnnx.FLOAT, DataTypes.FloatType, List.of(1.5f, -2f, 3f)),
        Arguments.of(TinyOnnx.DOUBLE, DataTypes.DoubleType, List.of(1.5, -2e300, 3.0)),
        Arguments.of(TinyOnnx.INT8, DataTypes.ByteType, List.of((byte) 1, (byte) -128, (byte) 127)),
        Arguments.of(
            TinyOnnx.UINT8, DataTypes.ShortType, List.of((short) 0, (short) 200, (short) 255)),
        Arguments.of(
            TinyOnnx.INT16, DataTypes.ShortType, List.of((short) 1, (short) -30000, (short) 2)),
        Arguments.of(TinyOnnx.INT32, DataTypes.IntegerType, List.of(1, Integer.MIN_VALUE, 3)),
        Arguments.of(TinyOnnx.INT64, DataTypes.LongType, List.of(1L, (1L << 62) + 1, 3L)),
        Arguments.of(TinyOnnx.BOOL, DataTypes.BooleanType, List.of(true, false, true)),
        Arguments.of(TinyOnnx.STRING, DataTypes.StringType, List.of("a", "", "語")));
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeOfElementsComesBackAsItWent(int type, DataType column, List<?> values) {
    Dataset<Row> data = column("x", column, values);
    List<Row> single =
        predict(TinyOnnx.identity(type, -1), data, PredictionMapping.BY_NAME, BatchLimit.ofRows(2))
            .collectAsList();
    assertThat(single).extracting(row -> row.get(1)).isEqualTo(values);

    DataType nested = DataTypes.createArrayType(DataTypes.createArrayType(column));
    Object[][] square = {values.subList(0, 2).toArray(), values.subList(1, 3).toArray()};
    Dataset<Row> squares = column("x", nested, List.of(square, square, square));
    Dataset<Row> same =
        predict(
            TinyOnnx.identity(type, -1, 2, -1),
            squares,
            PredictionMapping.BY_NAME,
            BatchLimit.ofRows(2));
    for (Row row : same.collectAsList()) {
      assertThat(row.get(1)).isEqualTo(row.get(0));
    }
    assertThat(same.schema().fields()[1].dataType().catalogString())
        .isEqualTo(nested.catalogString());
  }

  private static Dataset<Row> column(String name, DataType type, List<?> values) {
    List<Row> rows = values.stream().map(value -> RowFactory.create(value)).toList();
    return SparkTests.session()
        .createDataFrame(new ArrayList<>(rows), new StructType().add(name, type))
        .coalesce(1);
  }

  @Test
  void aFixedNumberOfRowsIsPaddedAndCutAgain() {
    List<Float> values = List.of(1f, 2f, 3f, 4f, 5f, 6f, 7f);
    Dataset<Row> data = column("x", DataTypes.FloatType, values);
    assertThat(
            predict(
                    TinyOnnx.identity(TinyOnnx.FLOAT, 3),
                    data,
                    PredictionMapping.BY_NAME,
                    BatchLimit.ofRows(1000))
                .collectAsList())
        .extracting(row -> row.get(1))
        .isEqualTo(values);
  }

  @Test
  void rowsOfUnequalShapesGoInBatchesOfEqualOnes() {
    DataType type = DataTypes.createArrayType(DataTypes.LongType);
    List<Object> sequences = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sequences.add(upTo(1 + i / 3));
    }
    for (BatchLimit limit : List.of(BatchLimit.ofRows(4), BatchLimit.ofBytes(40))) {
      List<Row> same =
          predict(
                  TinyOnnx.identity(TinyOnnx.INT64, -1, -1),
                  column("x", type, sequences),
                  PredictionMapping.BY_NAME,
                  limit)
              .collectAsList();
      assertThat(same).hasSize(20).allSatisfy(row -> assertThat(row.get(1)).isEqualTo(row.get(0)));
    }
  }

  /** Boxed numbers, as Spark's rows take them. */
  private static Long[] upTo(int length) {
    return IntStream.range(0, length).mapToObj(i -> (long) i).toArray(Long[]::new);
  }

  @Test
  void aMapForEachRowIsAMapColumn() {
    Dataset<Row> data =
        column(
            "x",
            DataTypes.createArrayType(DataTypes.FloatType),
            List.of(new Float[] {0.1f, 0.2f, 0.7f}, new Float[] {1f, 0f, 0f}));
    Dataset<Row> predicted =
        predict(TinyOnnx.maps(), data, PredictionMapping.BY_NAME, BatchLimit.ofRows(10));
    assertThat(predicted.schema().fields()[1].dataType().catalogString())
        .isEqualTo("map<bigint,float>");
    assertThat(predicted.collectAsList().get(0).<Long, Float>getJavaMap(1))
        .containsExactlyInAnyOrderEntriesOf(Map.of(10L, 0.1f, 11L, 0.2f, 12L, 0.7f));
    Dataset<Row> declared =
        predict(TinyOnnx.maps(), data, declared("p map<bigint,float>"), BatchLimit.ofRows(10));
    assertThat(declared.first().<Long, Float>getJavaMap(declared.first().fieldIndex("p")))
        .containsEntry(12L, 0.7f);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                predict(
                    TinyOnnx.maps(), data, declared("p map<bigint,double>"), BatchLimit.ofRows(10)))
        .withMessageEndingWith("but is map<bigint,double>; declare it as map<bigint,float>");
  }

  private static PredictionMapping declared(String columns) {
    return new PredictionMapping(Map.of(), List.of(), List.of(), StructType.fromDDL(columns));
  }

  @Test
  void severalInputsAreMappedByNameAndOutputsChosen() {
    DataType type = DataTypes.createArrayType(DataTypes.FloatType);
    Dataset<Row> data =
        SparkTests.session()
            .createDataFrame(
                List.of(RowFactory.create(new Float[] {1f, 2f}, new Float[] {10f, 20f})),
                new StructType().add("p.q", type).add("R", type));
    PredictionMapping mapping =
        new PredictionMapping(
            Map.of("a", "R", "b", "p.q"),
            List.of("difference"),
            List.of("out.1"),
            new StructType());
    Dataset<Row> predicted = predict(TinyOnnx.twoInputs(), data, mapping, BatchLimit.ofRows(10));
    assertThat(predicted.columns()).containsExactly("p.q", "R", "out.1");
    assertThat(predicted.first().<Float>getList(2)).containsExactly(9f, 18f);
  }

  @Test
  void allTasksShareOneSessionAndNoneIsLeft() {
    Dataset<Row> data = SparkTests.cloudFrame(200, 1, 16);
    List<Integer> counts =
        predict(TinyOnnx.twoHeads(), data, FEATURES, BatchLimit.ofRows(4))
            .mapPartitions(
                (MapPartitionsFunction<Row, Integer>)
                    rows -> {
                      List<Integer> seen = new ArrayList<>();
                      rows.forEachRemaining(row -> seen.add(SharedSessions.count()));
                      return seen.iterator();
                    },
                Encoders.INT())
            .collectAsList();
    assertThat(counts).hasSize(200).containsOnly(1);
    assertThat(SharedSessions.count()).isZero();
    byte[] file = TinyOnnx.twoHeads();
    try (SharedSessions.Lease first = SharedSessions.lease("app", file);
        SharedSessions.Lease second = SharedSessions.lease("app", file)) {
      assertThat(second.session()).isSameAs(first.session());
      assertThat(SharedSessions.count()).isEqualTo(1);
    }
    assertThat(SharedSessions.count()).isZero();
  }

  @Test
  void thePayloadGoesThroughKryo() {
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    ClassTag<ModelPayload> tag = ClassTag$.MODULE$.apply(ModelPayload.class);
    OnnxModel model = OnnxModel.of(TinyOnnx.twoHeads());
    ModelPayload back = kryo.deserialize(kryo.serialize(model.payload(), tag), tag);
    ModelBinding binding =
        ModelBinding.of(
            model, FEATURES, SparkTests.schema(), BatchLimit.ofRows(1), HandleInvalid.ERROR);
    try (TensorEngine engine = back.open("kryo", binding)) {
      TensorBatch zeros = new TensorBatch(TensorType.FLOAT32, new float[4], new long[] {1, 4});
      assertThat(engine.run(List.of(zeros)).get(1).value(0, DataTypes.LongType)).isEqualTo(2L);
    }
  }

  @Test
  void whatIsNoModelIsRefusedWithTheReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxModel.of(new byte[] {1, 2, 3}))
        .withMessageStartingWith("the file must be an ONNX model in one file, but ONNX Runtime");
  }

  @Test
  void anInputWithoutRowsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxModel.of(TinyOnnx.identity(TinyOnnx.FLOAT)))
        .withMessageContaining("whose first axis is the rows of a batch, but 'x' is");
  }

  @Test
  void withoutOnnxRuntimeTheErrorNamesTheJar() {
    assertThatIllegalStateException()
        .isThrownBy(() -> OnnxRuntime.require(ClassLoader.getPlatformClassLoader()))
        .withMessageContaining("--packages com.microsoft.onnxruntime:onnxruntime:");
  }

  @Test
  void whatTheModelRefusesAtWorkNamesTheBatch() {
    Dataset<Row> data = column("x", DataTypes.createArrayType(DataTypes.FloatType), List.of());
    assertThat(
            predict(
                    TinyOnnx.identity(TinyOnnx.FLOAT, -1, 2),
                    data,
                    PredictionMapping.BY_NAME,
                    BatchLimit.ofRows(2))
                .count())
        .isZero();
    Dataset<Row> wrong =
        column(
            "x",
            DataTypes.createArrayType(DataTypes.FloatType),
            List.of((Object) new Float[] {1f, 2f, 3f}));
    assertThatThrownBy(
            () ->
                predict(
                        TinyOnnx.identity(TinyOnnx.FLOAT, -1, 2),
                        wrong,
                        PredictionMapping.BY_NAME,
                        BatchLimit.ofRows(2))
                    .collectAsList())
        .hasStackTraceContaining(
            "partition 0, row 0 in it: column 'x' has a row of shape [3], but input 'x' FLOAT32 [any, 2] of the model takes rows of [2]");
  }

  private static Dataset<Row> predict(
      byte[] file, Dataset<Row> data, PredictionMapping mapping, BatchLimit limit) {
    OnnxModel model = OnnxModel.of(file);
    return ModelPredictor.transform(
        data,
        JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext())
            .broadcast(model.payload()),
        ModelBinding.of(model, mapping, data.schema(), limit, HandleInvalid.ERROR));
  }
}
