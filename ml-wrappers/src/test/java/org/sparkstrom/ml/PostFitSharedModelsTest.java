// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import scala.collection.Seq;

/** Models that others have made, compared with what their own runtimes give. */
class PostFitSharedModelsTest {

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  /** The images of MNIST beside the models, with values from 0 to 1. */
  private static Dataset<Row> images() {
    return TestSpark.session()
        .read()
        .format("libsvm")
        .option("numFeatures", "784")
        .load(PostFitData.shared("tribuo_mnist_test_head.libsvm").toString())
        .coalesce(1);
  }

  @Test
  void theRegressionOfScikitLearnGivesWhatOnnxRuntimeGives() throws Exception {
    Path file = PostFitData.shared("tribuo_lr_mnist.onnx");
    ParallelPostFit stage = ParallelPostFit.ofOnnx(file.toString()).setInputCols("features");
    assertThat(stage.modelDescription())
        .isEqualTo(
            "the model takes 'float_input' FLOAT32 [any, 784] and gives 'output_label' INT64 [1], 'output_probability' map<bigint,float>");
    List<Row> predicted = stage.setPredictionBatchSize(16).transform(images()).collectAsList();
    assertThat(predicted).hasSizeGreaterThan(20);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      for (Row row : predicted) {
        try (OnnxTensor input = tensor(row, 1, 784);
            OrtSession.Result result = session.run(Map.of("float_input", input))) {
          assertThat(row.getLong(row.fieldIndex("output_label")))
              .isEqualTo(((long[]) result.get(0).getValue())[0]);
          Map<Long, Float> probabilities = row.getJavaMap(row.fieldIndex("output_probability"));
          assertThat(probabilities.values().stream().mapToDouble(Float::doubleValue).sum())
              .isCloseTo(1, within(1e-4));
        }
      }
    }
  }

  @Test
  void theNetworkOfPyTorchGivesWhatOnnxRuntimeGives() throws Exception {
    Path file = PostFitData.shared("tribuo_cnn_mnist.onnx");
    ParallelPostFit stage = ParallelPostFit.ofOnnx(file.toString()).setInputCols("features");
    List<Row> predicted = stage.setPredictionBatchSize(16).transform(images()).collectAsList();
    assertThat(predicted).hasSizeGreaterThan(20);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      for (Row row : predicted) {
        try (OnnxTensor input = tensor(row, 1, 1, 28, 28);
            OrtSession.Result result = session.run(Map.of("input_image", input))) {
          assertThat(PostFitData.floats(row.getAs("output_probs")))
              .usingComparatorWithPrecision(1e-5f)
              .containsExactly(((float[][]) result.get(0).getValue())[0]);
        }
      }
    }
  }

  private static OnnxTensor tensor(Row row, long... shape) throws Exception {
    float[] values = PostFitData.floats(row.getAs("features"));
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values), shape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "050/050_ModelSerializer_Regression_MLP_1.zip",
        "071/071_ModelSerializer_Regression_MLP_1.zip",
        "080/080_ModelSerializer_Regression_MLP_2.zip"
      })
  void zipsOfOldVersionsGiveWhatDl4jGives(String name) throws Exception {
    Path file = PostFitData.shared("dl4j/regression_testing/" + name);
    ParallelPostFit stage = ParallelPostFit.ofNetwork(file.toString()).setInputCols("x");
    MultiLayerNetwork network = MultiLayerNetwork.load(file.toFile(), false);
    long[] shape = shape(stage.modelDescription(), 5);
    compare(stage, shape, "output", input -> network.output(input));
    network.close();
  }

  /** The shape of a row that a description shows, with so many steps. */
  private static long[] shape(String description, long steps) {
    String text = description.substring(description.indexOf('[') + 1, description.indexOf(']'));
    return Arrays.stream(text.split(", ", -1))
        .skip(1)
        .mapToLong(size -> size.equals("any") ? steps : Long.parseLong(size))
        .toArray();
  }

  private interface Network {
    INDArray output(INDArray input);
  }

  /** Random rows, nested as steps or flat, through both. */
  private static void compare(ParallelPostFit stage, long[] shape, String output, Network network) {
    Random random = new Random(3);
    boolean sequence = shape.length == 2;
    int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    List<Row> rows =
        IntStream.range(0, 11)
            .mapToObj(
                i ->
                    RowFactory.create((Object) random.doubles(size).boxed().toArray(Double[]::new)))
            .toList();
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                rows, new StructType().add("x", DataTypes.createArrayType(DataTypes.DoubleType)))
            .coalesce(1);
    for (Row row : stage.setPredictionBatchSize(4).transform(data).collectAsList()) {
      float[] x = PostFitData.floats(row.get(0));
      INDArray input = Nd4j.create(x, batchOf(shape), 'c');
      INDArray expected = network.output(sequence ? input.permute(0, 2, 1).dup('c') : input);
      INDArray rowMajor = (expected.rank() == 3 ? expected.permute(0, 2, 1) : expected).dup('c');
      assertThat(flat(row.getAs(output)))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(rowMajor.data().asFloat());
    }
  }

  private static long[] batchOf(long[] shape) {
    long[] batch = new long[shape.length + 1];
    batch[0] = 1;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    return batch;
  }

  private static float[] flat(Object value) {
    Seq<?> values = (Seq<?>) value;
    if (!(values.apply(0) instanceof Seq)) {
      return PostFitData.floats(value);
    }
    float[] all = new float[0];
    for (int i = 0; i < values.length(); i++) {
      float[] part = flat(values.apply(i));
      int from = all.length;
      all = Arrays.copyOf(all, from + part.length);
      System.arraycopy(part, 0, all, from, part.length);
    }
    return all;
  }

  /** Files of the archive, by the end of their name. */
  private static Map<String, Path> unpack(Path folder, String... names) throws IOException {
    Map<String, Path> found = new HashMap<>();
    try (InputStream file =
            new BufferedInputStream(
                Files.newInputStream(PostFitData.shared("dl4j_keras_modelimport.tgz")));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      for (ArchiveEntry entry = tar.getNextEntry();
          entry != null && found.size() < names.length;
          entry = tar.getNextEntry()) {
        for (String name : names) {
          if (entry.getName().endsWith("/" + name)) {
            Path target = folder.resolve(name);
            Files.copy(tar, target);
            found.put(name, target);
          }
        }
      }
    }
    assertThat(found.keySet()).containsExactlyInAnyOrder(names);
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conv1d_k3_s1_d1_cl_same",
        "conv1d_k2_s2_d1_cf_valid",
        "causal_conv1d_k3_s1_d1_cl"
      })
  void kerasModelsGiveWhatKerasGave(String name, @TempDir Path folder) throws Exception {
    Map<String, Path> files = unpack(folder, name + "_model.h5", name + "_inputs_and_outputs.h5");
    Configuration hadoop = TestSpark.session().sparkContext().hadoopConfiguration();
    hadoop.set(
        "fs.viewfs.mounttable." + name.replace('_', '-') + ".link./keras",
        folder.toUri().toString());
    ParallelPostFit stage =
        ParallelPostFit.ofKeras(
                "viewfs://%s/keras/%s_model.h5".formatted(name.replace('_', '-'), name))
            .setInputCols("x");
    try (Hdf5Archive archive =
            new Hdf5Archive(files.get(name + "_inputs_and_outputs.h5").toString());
        INDArray inputs = archive.readDataSet(archive.getDataSets("inputs").get(0), "inputs");
        INDArray outputs =
            archive.readDataSet(archive.getDataSets("predictions").get(0), "predictions")) {
      assertSame(stage, inputs, outputs);
      stage.save(folder.resolve("saved").toString());
      assertSame(ParallelPostFit.load(folder.resolve("saved").toString()), inputs, outputs);
    }
  }

  private static void assertSame(ParallelPostFit stage, INDArray inputs, INDArray outputs) {
    int rowCount = (int) inputs.size(0);
    float[] x = inputs.dup('c').data().asFloat();
    float[] y = outputs.dup('c').data().asFloat();
    int in = x.length / rowCount;
    int out = y.length / rowCount;
    List<Row> rows =
        IntStream.range(0, rowCount)
            .mapToObj(
                i -> {
                  double[] row = new double[in];
                  for (int j = 0; j < in; j++) {
                    row[j] = x[i * in + j];
                  }
                  return RowFactory.create(Vectors.dense(row));
                })
            .toList();
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                rows,
                new StructType().add("x", org.apache.spark.ml.linalg.SQLDataTypes.VectorType()))
            .coalesce(1);
    List<Row> predicted = stage.transform(data).collectAsList();
    assertThat(predicted).hasSize(rowCount);
    for (int i = 0; i < rowCount; i++) {
      assertThat(flat(predicted.get(i).get(1)))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(Arrays.copyOfRange(y, i * out, (i + 1) * out));
    }
  }
}
