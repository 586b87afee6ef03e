// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes payloads that are nearly valid: it knows where block headers, counts and parameters stand.
 *
 * <p>Allocates nothing while it mutates, so that what a reader allocates can be measured.
 */
final class Mutator {
  private static final byte[] TELLING = {
    0, 1, 2, 3, 4, 0x10, 0x11, 0x12, 0x13, 20, 21, 30, 31, 0x7f, -128, -1, -13, -40, -41
  };

  private final Random random;
  private final List<byte[]> valid = new ArrayList<>();
  private final List<int[]> headers = new ArrayList<>();
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private int length;

  /** Mutants have at most that many bytes. */
  Mutator(Random random, int maxBytes) {
    this.random = random;
    this.bytes = new byte[maxBytes];
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a valid payload to those that mutants are made of. */
  void add(ByteBuffer payload) {
    byte[] copy = new byte[payload.remaining()];
    payload.duplicate().get(copy);
    valid.add(copy);
    headers.add(headersOf(copy));
  }

  private static int[] headersOf(byte[] payload) {
    List<Integer> places = new ArrayList<>();
    int at = 0;
    while (at < payload.length) {
      places.add(at);
      if (payload[at] == 0) {
        at++;
        continue;
      }
      at += 2;
      int blockBytes = 0;
      int shift = 0;
      do {
        blockBytes |= (payload[at] & 0x7f) << shift;
        shift += 7;
      } while (payload[at++] < 0);
      at += blockBytes;
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  /** One of the payloads as it is; the mutator owns the buffer. */
  ByteBuffer original() {
    copy(random.nextInt(valid.size()));
    return buffer.limit(length).position(0);
  }

  /** A payload with one to three mutations; the mutator owns the buffer. */
  ByteBuffer next() {
    int which = random.nextInt(valid.size());
    copy(which);
    for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
      mutate(headers.get(which));
    }
    return buffer.limit(length).position(0);
  }

  private void copy(int which) {
    byte[] source = valid.get(which);
    length = source.length;
    System.arraycopy(source, 0, bytes, 0, length);
  }

  private void mutate(int[] places) {
    switch (random.nextInt(10)) {
      case 0 -> flip(place());
      case 1 -> set(place(), (byte) random.nextInt());
      case 2 -> set(place(), telling());
      case 3 -> length = random.nextInt(length + 1);
      case 4 -> extend();
      case 5 -> splice();
      case 6 -> set(header(places), telling());
      case 7 -> flip(header(places));
      case 8 -> putVarint(header(places));
      default -> delete();
    }
  }

  private int place() {
    return random.nextInt(length + 1);
  }

  /** A byte of a header, or of the count and parameter behind it. */
  private int header(int[] places) {
    return places[random.nextInt(places.length)] + random.nextInt(6);
  }

  private byte telling() {
    return TELLING[random.nextInt(TELLING.length)];
  }

  private void flip(int at) {
    if (at < length) {
      bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
  }

  private void set(int at, byte value) {
    if (at < length) {
      bytes[at] = value;
    }
  }

  private void extend() {
    int end = Math.min(bytes.length, length + 1 + random.nextInt(40));
    while (length < end) {
      bytes[length++] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
    }
  }

  /** The rest of another payload, from anywhere in it. */
  private void splice() {
    byte[] other = valid.get(random.nextInt(valid.size()));
    int from = random.nextInt(other.length + 1);
    int at = place();
    int count = Math.min(other.length - from, bytes.length - at);
    System.arraycopy(other, from, bytes, at, count);
    length = at + count;
  }

  /** A count or length of any size in the place of one. */
  private void putVarint(int at) {
    long value = random.nextLong() >>> (29 + random.nextInt(35));
    int place = at;
    while (place < length && value > 0x7f) {
      bytes[place++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    set(place, (byte) value);
  }

  private void delete() {
    int at = place();
    int count = Math.min(length - at, 1 + random.nextInt(8));
    System.arraycopy(bytes, at + count, bytes, at, length - at - count);
    length -= count;
  }
}
