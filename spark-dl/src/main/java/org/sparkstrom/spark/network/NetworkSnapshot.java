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
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

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
   * @param configurationJson a {@link MultiLayerConfiguration} or {@link
   *     ComputationGraphConfiguration} as DL4J writes it
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
   * @throws IllegalArgumentException if the configuration is not float32, cannot be read back from
   *     its JSON, has something that DL4J cannot train or initialize, or is too large for this JVM
   */
  public static NetworkSnapshot initial(MultiLayerConfiguration configuration) {
    return initial(new NetworkConfiguration.Layered(configuration));
  }

  /** As {@link #initial(MultiLayerConfiguration)}, of a graph. */
  public static NetworkSnapshot initial(ComputationGraphConfiguration configuration) {
    return initial(new NetworkConfiguration.Graph(configuration));
  }

  /** As {@link #initial(MultiLayerConfiguration)}, of either kind. */
  public static NetworkSnapshot initial(NetworkConfiguration configuration) {
    NativeRuntime.prepare();
    NetworkConfiguration.ofJson(configuration.toJson()); // what cannot be read cannot travel
    Dl4jLimits.requireTrainable(configuration);
    FirstWeights.of(configuration).requireFit();
    try (LiveNetwork network = initialize(configuration)) {
      return network.snapshot();
    }
  }

  private static LiveNetwork initialize(NetworkConfiguration configuration) {
    try {
      return configuration.initialize();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the configuration must be one that DL4J can initialize, but is not: %s. Does every layer have its nIn, or the configuration an input type?"
              .formatted(String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /**
   * The snapshot of a network as it is now. The network stays the caller's.
   *
   * @throws IllegalArgumentException if its parameters are not float32
   */
  public static NetworkSnapshot of(MultiLayerNetwork network) {
    return of(network.getLayerWiseConfigurations().toJson(), new LayeredNetwork(network));
  }

  /** As {@link #of(MultiLayerNetwork)}, of a graph. */
  public static NetworkSnapshot of(ComputationGraph network) {
    return of(network.getConfiguration().toJson(), new GraphNetwork(network));
  }

  private static NetworkSnapshot of(String json, LiveNetwork network) {
    INDArray parameters = network.parameters();
    if (parameters.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "the network's parameters must be FLOAT, but are "
              + parameters.dataType()
              + "; set dataType(DataType.FLOAT) in its configuration");
    }
    return new NetworkSnapshot(
        json, floats(parameters), network.updaterState(), network.iteration(), network.epoch());
  }

  /**
   * A new multi-layer network with this snapshot's parameters and updater state. The caller closes
   * it.
   *
   * @throws IllegalStateException if it is a graph
   */
  public MultiLayerNetwork restore() {
    requireLayered();
    return ((LayeredNetwork) LiveNetwork.of(this)).network();
  }

  /**
   * A new graph with this snapshot's parameters and updater state. The caller closes it.
   *
   * @throws IllegalStateException if it is a multi-layer network
   */
  public ComputationGraph restoreGraph() {
    if (network() instanceof NetworkConfiguration.Layered) {
      throw new IllegalStateException(
          "the network must be a ComputationGraph, but is a MultiLayerNetwork; use restore()");
    }
    return ((GraphNetwork) LiveNetwork.of(this)).network();
  }

  /** A new copy of the configuration, of whichever kind it is. */
  public NetworkConfiguration network() {
    return NetworkConfiguration.ofJson(configurationJson);
  }

  /**
   * A new copy of a multi-layer network's configuration.
   *
   * @throws IllegalStateException if it is a graph
   */
  public MultiLayerConfiguration configuration() {
    return requireLayered().configuration();
  }

  private NetworkConfiguration.Layered requireLayered() {
    if (network() instanceof NetworkConfiguration.Layered layered) {
      return layered;
    }
    throw new IllegalStateException(
        "the network must be a MultiLayerNetwork, but is a ComputationGraph; use network(),"
            + " LiveNetwork or restoreGraph()");
  }

  /** The configuration as DL4J writes it. */
  public String configurationJson() {
    return configurationJson;
  }

  /** The parameters, float32, flat; not to be written to. */
  public float[] parameters() {
    return parameters;
  }

  /** The updater's state, float32, flat; empty if there is none; not to be written to. */
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
   * @throws IllegalArgumentException if an output has no loss
   */
  public NetworkSignature signature() {
    return network().signature();
  }

  /**
   * Number of values that a network with one flat input takes per row; -1 if it takes something
   * else, or its first layer does not say.
   */
  public long inputSize() {
    List<NetworkInput> inputs = network().inputs();
    boolean flat = inputs.size() == 1 && inputs.get(0).form() == NetworkInput.Form.FLAT;
    return flat ? inputs.get(0).shape().get(0) : NetworkInput.UNKNOWN;
  }

  /**
   * Number of values that a network with one output gives per row.
   *
   * @throws IllegalArgumentException if it has no output layer, or several
   */
  public long outputSize() {
    List<NetworkOutput> outputs = signature().outputs();
    if (outputs.size() != 1) {
      throw new IllegalArgumentException(
          "the network must have one output, but has "
              + outputs.stream().map(NetworkOutput::name).toList());
    }
    return outputs.get(0).size();
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
    try (LiveNetwork network = LiveNetwork.of(this)) {
      ModelSerializer.writeModel(network.model(), zip, updaterState.length > 0);
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
    try {
      LiveNetwork.of(snapshot).close(); // DL4J checks that configuration and parameters fit
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "a model zip's configuration must fit its %d parameters and %d values of updater state, but does not: %s"
              .formatted(snapshot.parameters.length, snapshot.updaterState.length, e.getMessage()),
          e);
    }
    return snapshot;
  }

  static float[] floats(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }
}
