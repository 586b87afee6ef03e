// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.sparkstrom.spark.checkpoint.PartFile;

/**
 * What one worker has written of a checkpoint.
 *
 * @param parts its files; none if its state is not worth to be kept
 */
record CheckpointVote(List<PartFile> parts) {
  private static final String PREFIX = "checkpoint ";
  private static final int SHA256_BYTES = 32;
  private static final int PART_BYTES = Integer.BYTES + Long.BYTES + SHA256_BYTES;

  /** The name of the ballot on a checkpoint after so many epochs and rounds of the fit. */
  static String ballot(int epoch, long round) {
    return PREFIX + epoch + " " + round;
  }

  static boolean isBallot(String name) {
    return name.startsWith(PREFIX);
  }

  /** Epochs and rounds in a ballot's name. */
  static long[] placeIn(String ballot) {
    String[] numbers = ballot.substring(PREFIX.length()).split(" ", -1);
    return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
  }

  ByteBuffer toBytes() {
    ByteBuffer out =
        ByteBuffer.allocate(Integer.BYTES + parts.size() * PART_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(parts.size());
    for (PartFile part : parts) {
      out.putInt(part.rank())
          .putLong(part.lengthBytes())
          .put(HexFormat.of().parseHex(part.sha256()));
    }
    return out.flip();
  }

  /** Reads what {@link #toBytes} has written. */
  static CheckpointVote of(ByteBuffer content) {
    ByteBuffer in = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int count = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (count < 0 || in.remaining() != count * (long) PART_BYTES) {
      throw new IllegalArgumentException(
          "%d parts of a checkpoint cannot lie in %d bytes".formatted(count, in.remaining()));
    }
    List<PartFile> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int rank = in.getInt();
      long length = in.getLong();
      byte[] hash = new byte[SHA256_BYTES];
      in.get(hash);
      parts.add(new PartFile(PartFile.nameOf(rank), rank, length, HexFormat.of().formatHex(hash)));
    }
    return new CheckpointVote(parts);
  }
}
