// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * What a replica is at the end of a round, as bytes: for a worker that joins a running fit, and for
 * a fit that is resumed.
 *
 * <p>Parameters are equal on all replicas; the updater's state is each worker's own, and a joiner
 * goes on with its donor's. Immutable by contract: nobody writes to the arrays. The layout stands
 * in docs/WIRE_FORMAT.md and in {@link Descriptor}.
 */
public final class TrainingState {

  private final TrainingPlace place;
  private final float[] parameters;
  private final float[] updaterState;

  /** Where the fields lie, little-endian. */
  static final class Descriptor {
    static final int MAGIC = 0x53545053; // "SPTS"
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 4;
    static final int ITERATION_OFFSET = 8;
    static final int EPOCH_OFFSET = 12;
    static final int ROUND_OFFSET = 16;
    static final int ROUNDS_PER_EPOCH_OFFSET = 24;
    static final int SEED_OFFSET = 32;
    static final int PARAMETER_COUNT_OFFSET = 40;
    static final int UPDATER_STATE_COUNT_OFFSET = 44;
    static final int ARRAYS_OFFSET = 48;

    private Descriptor() {}
  }

  /**
   * A state of these parts; the arrays become its own.
   *
   * @param place how far the updater is; within a round of a donor, one step further than the
   *     parameters
   * @param parameters float32 [parameterCount], flat, in DL4J's order
   * @param updaterState float32, flat, in DL4J's order; empty for a stateless updater
   */
  public TrainingState(TrainingPlace place, float[] parameters, float[] updaterState) {
    this.place = Objects.requireNonNull(place, "place");
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.updaterState = Objects.requireNonNull(updaterState, "updaterState");
  }

  /** How far the updater is. */
  public TrainingPlace place() {
    return place;
  }

  /** The parameters, float32 [parameterCount]; not to be written to. */
  public float[] parameters() {
    return parameters;
  }

  /** The updater's state, float32; not to be written to. */
  public float[] updaterState() {
    return updaterState;
  }

  /** This state as bytes, between position and limit. */
  public ByteBuffer toBytes() {
    long length =
        Descriptor.ARRAYS_OFFSET + Float.BYTES * ((long) parameters.length + updaterState.length);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(length))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Descriptor.MAGIC_OFFSET, Descriptor.MAGIC)
            .putInt(Descriptor.VERSION_OFFSET, Descriptor.VERSION)
            .putInt(Descriptor.ITERATION_OFFSET, place.iteration())
            .putInt(Descriptor.EPOCH_OFFSET, place.epoch())
            .putLong(Descriptor.ROUND_OFFSET, place.round())
            .putLong(Descriptor.ROUNDS_PER_EPOCH_OFFSET, place.roundsPerEpoch())
            .putLong(Descriptor.SEED_OFFSET, place.seed())
            .putInt(Descriptor.PARAMETER_COUNT_OFFSET, parameters.length)
            .putInt(Descriptor.UPDATER_STATE_COUNT_OFFSET, updaterState.length);
    bytes.position(Descriptor.ARRAYS_OFFSET);
    bytes.asFloatBuffer().put(parameters).put(updaterState);
    return bytes.rewind();
  }

  /**
   * Reads what {@link #toBytes} has written; takes the whole buffer.
   *
   * @throws IllegalArgumentException if the bytes are no state of this version, or of another
   *     length than they say; the message tells what was found
   */
  public static TrainingState of(ByteBuffer buffer) {
    ByteBuffer bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    requireHeader(bytes);
    int parameterCount = bytes.getInt(Descriptor.PARAMETER_COUNT_OFFSET);
    int stateCount = bytes.getInt(Descriptor.UPDATER_STATE_COUNT_OFFSET);
    long expected = Descriptor.ARRAYS_OFFSET + Float.BYTES * ((long) parameterCount + stateCount);
    if (parameterCount < 0 || stateCount < 0 || expected != bytes.remaining()) {
      throw new IllegalArgumentException(
          "a training state of %d parameters and %d values of updater state must have %d bytes, but has %d"
              .formatted(parameterCount, stateCount, expected, bytes.remaining()));
    }
    TrainingPlace place =
        new TrainingPlace(
            bytes.getInt(Descriptor.ITERATION_OFFSET),
            bytes.getInt(Descriptor.EPOCH_OFFSET),
            bytes.getLong(Descriptor.ROUND_OFFSET),
            bytes.getLong(Descriptor.ROUNDS_PER_EPOCH_OFFSET),
            bytes.getLong(Descriptor.SEED_OFFSET));
    float[] parameters = new float[parameterCount];
    float[] updaterState = new float[stateCount];
    bytes.position(Descriptor.ARRAYS_OFFSET);
    bytes.asFloatBuffer().get(parameters).get(updaterState);
    return new TrainingState(place, parameters, updaterState);
  }

  private static void requireHeader(ByteBuffer bytes) {
    if (bytes.remaining() < Descriptor.ARRAYS_OFFSET) {
      throw new IllegalArgumentException(
          "a training state must have at least %d bytes, but has %d"
              .formatted(Descriptor.ARRAYS_OFFSET, bytes.remaining()));
    }
    int magic = bytes.getInt(Descriptor.MAGIC_OFFSET);
    if (magic != Descriptor.MAGIC) {
      throw new IllegalArgumentException(
          "a training state must begin with %08x, but begins with %08x"
              .formatted(Descriptor.MAGIC, magic));
    }
    int version = bytes.getInt(Descriptor.VERSION_OFFSET);
    if (version != Descriptor.VERSION) {
      throw new IllegalArgumentException(
          "a training state must be of version %d, but is of version %d; it was written by another version of this library"
              .formatted(Descriptor.VERSION, version));
    }
  }
}
