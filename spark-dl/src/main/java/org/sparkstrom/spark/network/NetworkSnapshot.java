// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network at one moment: configuration, parameters, updater state and how far it has trained.
 *
 * <p>It is what travels: to the workers that train, to the executors that predict, and to disk. The
 * arrays are plain float32, because an INDArray serializes element by element and needs a Kryo
 * registrator. Immutable by contract: nobody writes to the arrays.
 */
public final class NetworkSnapshot implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String configurationJson;
  private final float[] parameters;
  private final float[] updaterState;
  private final int iteration;
  private final int epoch;

  /**
   * A snapshot of these parts; the arrays become the snapshot's own.
   *
   * @param configurationJson a {@link MultiLayerConfiguration} as DL4J writes it
   * @param parameters float32 [parameterCount], flat, in DL4J's order
   * @param updaterState float32, flat, in DL4J's order; empty for a stateless updater or for
   *     inference
   * @param iteration iterations trained so far
   * @param epoch epochs trained so far
   */
  public NetworkSnapshot(
      String configurationJson,
      float[] parameters,
      float[] updaterState,
      int iteration,
      int epoch) {
    this.configurationJson = Objects.requireNonNull(configurationJson, "configurationJson");
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.updaterState = Objects.requireNonNull(updaterState, "updaterState");
    this.iteration = iteration;
    this.epoch = epoch;
  }

  /**
   * The snapshot of a network that has just been initialized from its configuration's seed.
   *
   * @throws IllegalArgumentException if the configuration is not float32
   */
  public static NetworkSnapshot initial(MultiLayerConfiguration configuration) {
    NativeRuntime.prepare();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
    network.init();
    try {
      return of(network);
    } finally {
      network.close();
    }
  }

  /**
   * The snapshot of a network as it is now. The network stays the caller's.
   *
   * @throws IllegalArgumentException if its parameters are not float32
   */
  public static NetworkSnapshot of(MultiLayerNetwork network) {
    INDArray parameters = network.params();
    if (parameters.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "the network's parameters must be FLOAT, but are "
              + parameters.dataType()
              + "; set dataType(DataType.FLOAT) in its configuration");
    }
    INDArray state = network.getUpdater() == null ? null : network.getUpdater().getStateViewArray();
    return new NetworkSnapshot(
        network.getLayerWiseConfigurations().toJson(),
        floats(parameters),
        state == null ? new float[0] : floats(state),
        network.getIterationCount(),
        network.getEpochCount());
  }

  /** A new network with this snapshot's parameters and updater state. The caller closes it. */
  public MultiLayerNetwork restore() {
    NativeRuntime.prepare();
    MultiLayerConfiguration configuration = configuration();
    configuration.setIterationCount(iteration);
    configuration.setEpochCount(epoch);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(Nd4j.create(parameters, 1, parameters.length), false);
    if (updaterState.length > 0) {
      try (INDArray state = Nd4j.create(updaterState, 1, updaterState.length)) {
        network.getUpdater().setStateViewArray(network, state, false);
      }
    }
    return network;
  }

  /** A new copy of the configuration. */
  public MultiLayerConfiguration configuration() {
    return MultiLayerConfiguration.fromJson(configurationJson);
  }

  /** The configuration as DL4J writes it. */
  public String configurationJson() {
    return configurationJson;
  }

  /** The parameters, float32, flat; not to be written to. */
  public float[] parameters() {
    return parameters;
  }

  /** The updater's state, float32, flat; empty without one; not to be written to. */
  public float[] updaterState() {
    return updaterState;
  }

  /** Bytes that parameters and updater state take. */
  public long arrayBytes() {
    return Float.BYTES * ((long) parameters.length + updaterState.length);
  }

  /** Iterations trained so far. */
  public int iteration() {
    return iteration;
  }

  /** Epochs trained so far. */
  public int epoch() {
    return epoch;
  }

  /** This snapshot without the updater's state, which prediction does not need. */
  public NetworkSnapshot forInference() {
    return new NetworkSnapshot(configurationJson, parameters, new float[0], iteration, epoch);
  }

  /**
   * What the network takes and gives.
   *
   * @throws IllegalArgumentException if it has no output layer
   */
  public NetworkSignature signature() {
    return SignatureReader.of(configuration());
  }

  /** Number of values that the network takes per row; -1 if its first layer does not say. */
  public long inputSize() {
    MultiLayerConfiguration configuration = configuration();
    if (configuration.getInputPreProcess(0) instanceof FeedForwardToCnnPreProcessor image) {
      return image.getInputHeight() * image.getInputWidth() * image.getNumChannels();
    }
    Layer first = configuration.getConf(0).getLayer();
    boolean flat = first instanceof DenseLayer || first instanceof BaseOutputLayer;
    return flat ? ((FeedForwardLayer) first).getNIn() : -1;
  }

  /**
   * Number of outputs of the last layer.
   *
   * @throws IllegalArgumentException if the last layer is not an output layer
   */
  public long outputSize() {
    return outputLayer().getNOut();
  }

  /**
   * The configuration of the last layer.
   *
   * @throws IllegalArgumentException if it is not an output layer
   */
  public BaseOutputLayer outputLayer() {
    MultiLayerConfiguration configuration = configuration();
    Layer last = configuration.getConf(configuration.getConfs().size() - 1).getLayer();
    if (last instanceof BaseOutputLayer output) {
      return output;
    }
    throw new IllegalArgumentException(
        "the network's last layer must be an output layer, but is "
            + last.getClass().getSimpleName()
            + "; end the configuration with an OutputLayer");
  }

  /** SHA-256 of the parameters' little-endian bytes, in hexadecimal. Equal for equal replicas. */
  public String parametersSha256() {
    MessageDigest digest = sha256();
    updateWithParameters(digest);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A number that stands for configuration and parameters: two fits that mix them up differ. */
  public long fingerprint() {
    MessageDigest digest = sha256();
    digest.update(configurationJson.getBytes(StandardCharsets.UTF_8));
    updateWithParameters(digest);
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }

  private void updateWithParameters(MessageDigest digest) {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : parameters) {
      if (chunk.remaining() < Float.BYTES) {
        digest.update(chunk.flip());
        chunk.clear();
      }
      chunk.putFloat(value);
    }
    digest.update(chunk.flip());
  }

  /** Writes the snapshot as DL4J's own model zip. The stream stays open. */
  public void write(OutputStream zip) throws IOException {
    MultiLayerNetwork network = restore();
    try {
      ModelSerializer.writeModel(network, zip, updaterState.length > 0);
    } finally {
      network.close();
    }
  }

  /**
   * Reads DL4J's own model zip of a network. The stream stays open. Nothing in it is deserialized
   * as a Java object.
   *
   * @throws IOException if the zip has other entries than those of a network, or damaged ones
   * @throws IllegalArgumentException if the parameters do not fit the configuration
   */
  public static NetworkSnapshot read(InputStream zip) throws IOException {
    NetworkSnapshot snapshot = ModelZip.read(zip);
    snapshot.restore().close(); // DL4J checks that configuration and parameters fit
    return snapshot;
  }

  private static float[] floats(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }
}
