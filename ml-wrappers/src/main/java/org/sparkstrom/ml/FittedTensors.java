// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.inference.BatchModel;
import org.sparkstrom.spark.inference.ModelBinding;
import org.sparkstrom.spark.inference.ModelPayload;
import org.sparkstrom.spark.inference.ModelPredictor;
import org.sparkstrom.spark.inference.NetworkModel;
import org.sparkstrom.spark.inference.TensorSpec;
import org.sparkstrom.spark.inference.onnx.OnnxModel;

/**
 * A network of DL4J or Keras, or an ONNX model, with its broadcast of this application.
 *
 * <p>The broadcast is made at the first use and must outlive every lazy DataFrame made with it, so
 * nobody destroys it by hand; see {@link FittedNetwork}.
 */
final class FittedTensors implements FittedModel {
  private static final long serialVersionUID = 1L;

  private final BatchModel model;

  private transient Broadcast<ModelPayload> broadcast;
  private transient String broadcastApplication;

  FittedTensors(BatchModel model) {
    this.model = model;
  }

  BatchModel model() {
    return model;
  }

  private synchronized Broadcast<ModelPayload> broadcast(SparkContext context) {
    if (broadcast == null || !context.applicationId().equals(broadcastApplication)) {
      broadcast = JavaSparkContext.fromSparkContext(context).broadcast(model.payload());
      broadcastApplication = context.applicationId();
    }
    return broadcast;
  }

  private ModelBinding bind(StructType schema, PostFitSettings settings) {
    return ModelBinding.of(
        model, settings.mapping(inputNames()), schema, settings.batch(), settings.handleInvalid());
  }

  private List<String> inputNames() {
    return model.inputs().stream().map(TensorSpec::name).toList();
  }

  @Override
  public StructType transformSchema(StructType schema, PostFitSettings settings) {
    return bind(schema, settings).appendTo(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data, PostFitSettings settings) {
    return ModelPredictor.transform(
        data, broadcast(data.sparkSession().sparkContext()), bind(data.schema(), settings));
  }

  @Override
  public UserDefinedFunction function(SparkSession spark, PostFitSettings settings) {
    return ModelPredictor.function(
        model,
        broadcast(spark.sparkContext()),
        settings.mapping(inputNames()),
        settings.handleInvalid());
  }

  @Override
  public void requireWritable() {
    // both kinds have a file format
  }

  @Override
  public PostFitFacts write(PostFitFolder folder) throws IOException {
    if (model instanceof NetworkModel network) {
      folder.writeNetwork(network.snapshot());
      return PostFitFacts.ofNetwork(network);
    }
    if (model instanceof OnnxModel onnx) {
      folder.writeOnnx(onnx.file());
      return PostFitFacts.ofOnnx(onnx.file());
    }
    throw new IllegalStateException("no file format is known of " + model.getClass());
  }

  @Override
  public String description() {
    return model.description();
  }
}
