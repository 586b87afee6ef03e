// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.sparkstrom.spark.inference.ModelOutput;
import org.sparkstrom.spark.inference.OutputValues;
import org.sparkstrom.spark.inference.TensorBatch;
import org.sparkstrom.spark.inference.TensorType;

/** Moves tensors between Java's arrays and ONNX Runtime's memory. */
final class OnnxTensors {

  private OnnxTensors() {}

  /** A copy in ONNX Runtime; the caller closes it. */
  static OnnxTensor of(OrtEnvironment environment, TensorBatch batch) throws OrtException {
    int count = batch.count();
    long[] shape = batch.shape();
    Object values = batch.values();
    return switch (batch.type()) {
      case FLOAT32 ->
          OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) values, 0, count), shape);
      case FLOAT64 ->
          OnnxTensor.createTensor(
              environment, DoubleBuffer.wrap((double[]) values, 0, count), shape);
      case INT8 -> bytes(environment, batch, OnnxJavaType.INT8);
      case UINT8 -> bytes(environment, batch, OnnxJavaType.UINT8);
      case BOOL -> bytes(environment, batch, OnnxJavaType.BOOL);
      case INT16 ->
          OnnxTensor.createTensor(environment, ShortBuffer.wrap((short[]) values, 0, count), shape);
      case INT32 ->
          OnnxTensor.createTensor(environment, IntBuffer.wrap((int[]) values, 0, count), shape);
      case INT64 ->
          OnnxTensor.createTensor(environment, LongBuffer.wrap((long[]) values, 0, count), shape);
      case STRING ->
          OnnxTensor.createTensor(environment, Arrays.copyOf((String[]) values, count), shape);
    };
  }

  private static OnnxTensor bytes(OrtEnvironment environment, TensorBatch batch, OnnxJavaType type)
      throws OrtException {
    ByteBuffer values = ByteBuffer.wrap((byte[]) batch.values(), 0, batch.count());
    return OnnxTensor.createTensor(environment, values, batch.shape(), type);
  }

  /** What an output gives, copied out of ONNX Runtime. */
  static OutputValues values(OnnxValue value, ModelOutput output) throws OrtException {
    if (value instanceof OnnxTensor tensor) {
      TensorType type = output.tensor().type();
      long[] shape = tensor.getInfo().getShape();
      return new TensorBatch(type, array(tensor, type), shape);
    }
    List<scala.collection.immutable.Map<Object, Object>> maps = new ArrayList<>();
    for (OnnxValue element : ((OnnxSequence) value).getValue()) {
      try (OnnxMap map = (OnnxMap) element) {
        maps.add(scalaMap(map.getValue()));
      }
    }
    return new Maps(maps);
  }

  private static Object array(OnnxTensor tensor, TensorType type) throws OrtException {
    return switch (type) {
      case FLOAT32 -> drain(tensor.getFloatBuffer(), type);
      case FLOAT64 -> drain(tensor.getDoubleBuffer(), type);
      case INT8, UINT8, BOOL -> drain(tensor.getByteBuffer(), type);
      case INT16 -> drain(tensor.getShortBuffer(), type);
      case INT32 -> drain(tensor.getIntBuffer(), type);
      case INT64 -> drain(tensor.getLongBuffer(), type);
      case STRING -> {
        Object strings = tensor.getValue();
        yield strings instanceof String one ? new String[] {one} : OrtUtil.flattenString(strings);
      }
    };
  }

  private static Object drain(Buffer from, TensorType type) {
    return switch (type) {
      case FLOAT32 -> {
        float[] values = new float[from.remaining()];
        ((FloatBuffer) from).get(values);
        yield values;
      }
      case FLOAT64 -> {
        double[] values = new double[from.remaining()];
        ((DoubleBuffer) from).get(values);
        yield values;
      }
      case INT16 -> {
        short[] values = new short[from.remaining()];
        ((ShortBuffer) from).get(values);
        yield values;
      }
      case INT32 -> {
        int[] values = new int[from.remaining()];
        ((IntBuffer) from).get(values);
        yield values;
      }
      case INT64 -> {
        long[] values = new long[from.remaining()];
        ((LongBuffer) from).get(values);
        yield values;
      }
      default -> {
        byte[] values = new byte[from.remaining()];
        ((ByteBuffer) from).get(values);
        yield values;
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static scala.collection.immutable.Map<Object, Object> scalaMap(Map<?, ?> map) {
    scala.collection.immutable.Map<Object, Object> result =
        (scala.collection.immutable.Map<Object, Object>)
            (scala.collection.immutable.Map<?, ?>) scala.collection.immutable.Map$.MODULE$.empty();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      result = result.updated(entry.getKey(), entry.getValue());
    }
    return result;
  }

  /** A map for each row, as Spark takes them. */
  private record Maps(List<scala.collection.immutable.Map<Object, Object>> maps)
      implements OutputValues {

    @Override
    public long rows() {
      return maps.size();
    }

    @Override
    public Object value(int row, DataType column) {
      return maps.get(row);
    }
  }
}
