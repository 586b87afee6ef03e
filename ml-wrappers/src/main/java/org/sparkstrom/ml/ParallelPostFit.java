// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.inference.BatchFunction;
import org.sparkstrom.spark.inference.NetworkModel;
import org.sparkstrom.spark.inference.keras.KerasFile;
import org.sparkstrom.spark.inference.onnx.OnnxModel;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Predicts with any fitted model, whoever has made it, in parallel and in mini-batches: a network
 * of DL4J, a Keras or an ONNX model, a function over batches of rows, or another spark.ml model.
 *
 * <p>{@link #transform} keeps all columns and all rows in order, and appends a column for each
 * output. Columns are checked against the model's inputs on the driver; what only a row tells is
 * refused with the shapes of both. It is lazy, works on streaming DataFrames, and holds one copy of
 * the parameters per executor. Inputs may be vectors, arrays nested as the input's axes are, flat
 * arrays of as many values, or single numbers, booleans or strings; outputs are numbers or nested
 * arrays unless outputSchema says otherwise.
 */
public final class ParallelPostFit extends Model<ParallelPostFit> implements MLWritable {
  private static final long serialVersionUID = 1L;

  private static final Duration IMPORT_LIMIT = Duration.ofMinutes(5);

  private final String uid;
  private final PostFitParamSet paramSet;
  private final FittedModel model; // null in a stage that was made without a model

  /** A stage without a model, as Spark's tools make one to look at its Params. */
  public ParallelPostFit() {
    this(SparkMlInternals.randomUid("parallelPostFit"));
  }

  /** A stage without a model, with this uid. */
  public ParallelPostFit(String uid) {
    this(uid, null);
  }

  private ParallelPostFit(FittedModel model) {
    this(SparkMlInternals.randomUid("parallelPostFit"), model);
  }

  ParallelPostFit(String uid, FittedModel model) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.paramSet = new PostFitParamSet(this);
    this.model = model;
  }

  /**
   * A stage of DL4J's zip of a MultiLayerNetwork or a ComputationGraph.
   *
   * @param path on any Hadoop file system
   * @throws UncheckedIOException if it cannot be read
   */
  public static ParallelPostFit ofNetwork(String path) {
    try {
      return ofNetwork(
          NetworkSnapshot.read(new ByteArrayInputStream(PostFitFolder.readAll(path, hadoop()))));
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  /** A stage of a network that is there already. */
  public static ParallelPostFit ofNetwork(NetworkSnapshot network) {
    return new ParallelPostFit(new FittedTensors(NetworkModel.of(network)));
  }

  /**
   * A stage of a Keras model in the HDF5 format, which takes and gives what it did in Keras. DL4J's
   * import, which is optional, must be on the class path; it runs in a JVM of its own.
   *
   * @param path on any Hadoop file system
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it is no such model, or DL4J cannot import it
   * @throws IllegalStateException if the import is not there, ends its JVM, or takes five minutes
   */
  public static ParallelPostFit ofKeras(String path) {
    try {
      return new ParallelPostFit(new FittedTensors(KerasFile.read(path, hadoop(), IMPORT_LIMIT)));
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  /**
   * A stage of an ONNX model. ONNX Runtime, which is optional, must be on the class path.
   *
   * @param path on any Hadoop file system
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it is no ONNX model in one file
   */
  public static ParallelPostFit ofOnnx(String path) {
    try {
      return ofOnnx(PostFitFolder.readAll(path, hadoop()));
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  /** A stage of an ONNX model that is in memory. */
  public static ParallelPostFit ofOnnx(byte[] file) {
    return new ParallelPostFit(new FittedTensors(OnnxModel.of(file.clone())));
  }

  /**
   * A stage of a function over batches of rows. It needs outputSchema, reads inputCols or else all
   * columns, and cannot be saved.
   */
  public static ParallelPostFit ofFunction(BatchFunction function) {
    return new ParallelPostFit(new FittedFunction(Objects.requireNonNull(function, "function")));
  }

  /** A stage of another spark.ml model, whose columns can so be mapped and chosen. */
  public static ParallelPostFit ofStage(Transformer stage) {
    return new ParallelPostFit(new FittedStage(Objects.requireNonNull(stage, "stage")));
  }

  private static Configuration hadoop() {
    return SparkSession.active().sparkContext().hadoopConfiguration();
  }

  private static UncheckedIOException cannotRead(String path, IOException cause) {
    return new UncheckedIOException("cannot read the model '%s': %s".formatted(path, cause), cause);
  }

  private FittedModel model() {
    if (model == null) {
      throw new IllegalStateException(
          "%s must have a model, but was made without one; make it by ofNetwork, ofKeras, ofOnnx, ofFunction or ofStage, or load a saved one"
              .formatted(uid));
    }
    return model;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the columns that the model's inputs are read from. */
  public StringArrayParam inputCols() {
    return paramSet.inputCols;
  }

  public String[] getInputCols() {
    return getOrDefault(inputCols());
  }

  /** Sets the columns of the model's inputs, in the order of modelInputs. */
  public ParallelPostFit setInputCols(String... columns) {
    set(inputCols(), columns);
    return this;
  }

  /** Param for the names of the model's inputs. */
  public StringArrayParam modelInputs() {
    return paramSet.modelInputs;
  }

  public String[] getModelInputs() {
    return getOrDefault(modelInputs());
  }

  /** Sets the names of the model's inputs, in the order of inputCols. */
  public ParallelPostFit setModelInputs(String... names) {
    set(modelInputs(), names);
    return this;
  }

  /** Sets the column of each input by its name: modelInputs and inputCols at once. */
  public ParallelPostFit setInputMapping(Map<String, String> columnsByInput) {
    String[] names = columnsByInput.keySet().stream().sorted().toArray(String[]::new);
    String[] columns = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      columns[i] = columnsByInput.get(names[i]);
    }
    return setModelInputs(names).setInputCols(columns);
  }

  /** Param for the names of the outputs that become columns. */
  public StringArrayParam modelOutputs() {
    return paramSet.modelOutputs;
  }

  public String[] getModelOutputs() {
    return getOrDefault(modelOutputs());
  }

  /** Sets the outputs that become columns. */
  public ParallelPostFit setModelOutputs(String... names) {
    set(modelOutputs(), names);
    return this;
  }

  /** Param for the names of the appended columns. */
  public StringArrayParam outputCols() {
    return paramSet.outputCols;
  }

  public String[] getOutputCols() {
    return getOrDefault(outputCols());
  }

  /** Sets the names of the appended columns, one an output. */
  public ParallelPostFit setOutputCols(String... columns) {
    set(outputCols(), columns);
    return this;
  }

  /** Param for names and types of the appended columns. */
  public Param<String> outputSchema() {
    return paramSet.outputSchema;
  }

  public String getOutputSchema() {
    return getOrDefault(outputSchema());
  }

  /** Sets names and types of the appended columns, as DDL such as {@code score double}. */
  public ParallelPostFit setOutputSchema(String schema) {
    set(outputSchema(), schema);
    return this;
  }

  /** Sets names and types of the appended columns; vectors are possible here. */
  public ParallelPostFit setOutputSchema(StructType schema) {
    return setOutputSchema(schema.json());
  }

  /** Param for the rows that go through the model at once. */
  public IntParam predictionBatchSize() {
    return paramSet.predictionBatchSize;
  }

  public int getPredictionBatchSize() {
    return (int) getOrDefault(predictionBatchSize());
  }

  /** Sets the rows that go through the model at once. */
  public ParallelPostFit setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return this;
  }

  /** Param for the bytes that go through the model at once; not for functions. */
  public LongParam predictionBatchBytes() {
    return paramSet.predictionBatchBytes;
  }

  public long getPredictionBatchBytes() {
    return (long) getOrDefault(predictionBatchBytes());
  }

  /** Sets the bytes of inputs that go through the model at once. */
  public ParallelPostFit setPredictionBatchBytes(long bytes) {
    set(predictionBatchBytes(), bytes);
    return this;
  }

  /** Param for the policy for rows with null or non-finite inputs: error (default), skip, keep. */
  public Param<String> handleInvalid() {
    return paramSet.handleInvalid;
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  /** Sets the policy for rows with null or non-finite inputs: error, skip or keep. */
  public ParallelPostFit setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /**
   * Appends the predictions; see the class.
   *
   * @throws IllegalArgumentException if the columns do not fit the model; the message lists its
   *     inputs and outputs
   */
  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    return model().transform(data, paramSet.settings(this));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return model().transformSchema(schema, paramSet.settings(this));
  }

  /**
   * Registers the model as a SQL function of its inputs, in the model's order (of a function: of
   * inputCols). It gives the one output, or a struct of several, and null for a row that
   * handleInvalid leaves out. It scores one row at a call: {@link #transform} is faster.
   *
   * @throws IllegalArgumentException if the model takes more than eight inputs, or is a spark.ml
   *     model that cannot predict one row
   */
  public void registerFunction(SparkSession spark, String name) {
    spark.udf().register(name, model().function(spark, paramSet.settings(this)));
  }

  /** Kind, inputs and outputs of the model. */
  public String modelDescription() {
    return model().description();
  }

  /** A copy that shares the model. */
  @Override
  public ParallelPostFit copy(ParamMap extra) {
    return copyValues(new ParallelPostFit(uid, model), extra).setParent(parent());
  }

  /**
   * A writer of {@code metadata/} and {@code data/}.
   *
   * @throws UnsupportedOperationException if the model is a function, or a stage that cannot be
   *     saved
   */
  @Override
  public MLWriter write() {
    model().requireWritable();
    return new Writer(this);
  }

  /** A reader of saved stages. */
  public static MLReader<ParallelPostFit> read() {
    return new Reader();
  }

  /** The stage saved at this path, on any Hadoop file system. */
  public static ParallelPostFit load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "ParallelPostFit: uid=%s, %s"
        .formatted(uid, model == null ? "no model" : model.description());
  }

  private static final class Writer extends MLWriter {
    private final ParallelPostFit stage;

    Writer(ParallelPostFit stage) {
      this.stage = stage;
    }

    @Override
    public void saveImpl(String path) {
      SparkMlInternals.saveMetadata(stage, path, sc());
      try {
        new PostFitFolder(path, sc()).write(stage.model());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot save the model to '" + path + "'", e);
      }
    }
  }

  private static final class Reader extends MLReader<ParallelPostFit> {
    @Override
    public ParallelPostFit load(String path) {
      return SparkMlInternals.load(
          path, sc(), ParallelPostFit.class, uid -> new ParallelPostFit(uid, model(path)));
    }

    private FittedModel model(String path) {
      try {
        return new PostFitFolder(path, sc()).read();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot load the model from '" + path + "'", e);
      }
    }
  }
}
