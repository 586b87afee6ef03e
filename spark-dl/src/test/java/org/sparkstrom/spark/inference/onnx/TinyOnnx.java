// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small ONNX models, protobuf message by message, so that tests need no file of others. */
final class TinyOnnx {

  /** Element types by their number in the format. */
  static final int FLOAT = 1;

  static final int UINT8 = 2;
  static final int INT8 = 3;
  static final int INT16 = 5;
  static final int INT32 = 6;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int BOOL = 9;
  static final int DOUBLE = 11;

  /** Weights of {@link #twoHeads}, [4, 3]. */
  static final float[] WEIGHTS = {
    0.5f, -1f, 0.25f, 1.5f, 0.75f, -0.5f, -2f, 1f, 0.125f, 0.25f, 0.5f, 3f
  };

  /** Biases of {@link #twoHeads}. */
  static final float[] BIASES = {0.1f, -0.2f, 0.3f};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private TinyOnnx() {}

  /**
   * {@code x} float32 [rows, 4] to {@code probabilities} float32 [rows, 3], the softmax of x *
   * weights + biases, and {@code label} int64 [rows], the place of the highest.
   */
  static byte[] twoHeads() {
    TinyOnnx graph =
        new TinyOnnx()
            .message(1, node("Gemm", new String[] {"x", "w", "b"}, "logits"))
            .message(
                1, node("Softmax", new String[] {"logits"}, "probabilities", integer("axis", 1)))
            .message(
                1,
                node(
                    "ArgMax",
                    new String[] {"logits"},
                    "label",
                    integer("axis", 1),
                    integer("keepdims", 0)))
            .text(2, "two-heads")
            .message(5, weights("w", WEIGHTS, 4, 3))
            .message(5, weights("b", BIASES, 3))
            .message(11, value("x", tensor(FLOAT, -1, 4)))
            .message(12, value("probabilities", tensor(FLOAT, -1, 3)))
            .message(12, value("label", tensor(INT64, -1)));
    return model(graph);
  }

  /** {@code x} to {@code y}, which is the same, of any type and shape; -1 is a size left open. */
  static byte[] identity(int type, long... shape) {
    TinyOnnx graph =
        new TinyOnnx()
            .message(1, node("Identity", new String[] {"x"}, "y"))
            .text(2, "identity")
            .message(11, value("x", tensor(type, shape)))
            .message(12, value("y", tensor(type, shape)));
    return model(graph);
  }

  /** {@code a} and {@code b} float32 [rows, 2] to {@code sum} and {@code difference}. */
  static byte[] twoInputs() {
    TinyOnnx graph =
        new TinyOnnx()
            .message(1, node("Add", new String[] {"a", "b"}, "sum"))
            .message(1, node("Sub", new String[] {"a", "b"}, "difference"))
            .text(2, "two-inputs")
            .message(11, value("a", tensor(FLOAT, -1, 2)))
            .message(11, value("b", tensor(FLOAT, -1, 2)))
            .message(12, value("sum", tensor(FLOAT, -1, 2)))
            .message(12, value("difference", tensor(FLOAT, -1, 2)));
    return model(graph);
  }

  /** {@code x} float32 [rows, 3] to {@code y}, a map of int64 to float32 for each row. */
  static byte[] maps() {
    TinyOnnx labels = new TinyOnnx().text(1, "classlabels_int64s").number(20, 7);
    for (int label = 10; label < 13; label++) {
      labels.number(8, label);
    }
    TinyOnnx map =
        new TinyOnnx()
            .message(
                5,
                new TinyOnnx()
                    .number(1, INT64)
                    .message(
                        2,
                        new TinyOnnx()
                            .message(
                                1, new TinyOnnx().number(1, FLOAT).message(2, new TinyOnnx()))));
    TinyOnnx graph =
        new TinyOnnx()
            .message(1, node("ZipMap", new String[] {"x"}, "y", labels).text(7, "ai.onnx.ml"))
            .text(2, "maps")
            .message(11, value("x", tensor(FLOAT, -1, 3)))
            .message(12, value("y", new TinyOnnx().message(4, new TinyOnnx().message(1, map))));
    return model(graph);
  }

  private static byte[] model(TinyOnnx graph) {
    return new TinyOnnx()
        .number(1, 7)
        .text(2, "sparkstrom")
        .message(7, graph)
        .message(8, new TinyOnnx().text(1, "").number(2, 13))
        .message(8, new TinyOnnx().text(1, "ai.onnx.ml").number(2, 1))
        .bytes
        .toByteArray();
  }

  private static TinyOnnx node(
      String type, String[] inputs, String output, TinyOnnx... attributes) {
    TinyOnnx node = new TinyOnnx();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(3, type + "-" + output).text(4, type);
    for (TinyOnnx attribute : attributes) {
      node.message(5, attribute);
    }
    return node;
  }

  private static TinyOnnx integer(String name, long value) {
    return new TinyOnnx().text(1, name).number(3, value).number(20, 2);
  }

  private static TinyOnnx weights(String name, float[] values, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    TinyOnnx tensor = new TinyOnnx();
    for (long size : shape) {
      tensor.number(1, size);
    }
    return tensor.number(2, FLOAT).text(8, name).field(9, raw.array());
  }

  private static TinyOnnx value(String name, TinyOnnx type) {
    return new TinyOnnx().text(1, name).message(2, type);
  }

  private static TinyOnnx tensor(int type, long... shape) {
    TinyOnnx sizes = new TinyOnnx();
    for (int axis = 0; axis < shape.length; axis++) {
      TinyOnnx size = new TinyOnnx();
      sizes.message(1, shape[axis] < 0 ? size.text(2, "n" + axis) : size.number(1, shape[axis]));
    }
    return new TinyOnnx().message(1, new TinyOnnx().number(1, type).message(2, sizes));
  }

  private TinyOnnx number(int field, long value) {
    variable((long) field << 3);
    variable(value);
    return this;
  }

  private TinyOnnx text(int field, String value) {
    return field(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private TinyOnnx message(int field, TinyOnnx value) {
    return field(field, value.bytes.toByteArray());
  }

  private TinyOnnx field(int field, byte[] value) {
    variable(((long) field << 3) | 2);
    variable(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void variable(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
