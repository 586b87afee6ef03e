// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One file of a checkpoint, written by one worker: a header, a {@link CheckpointPart}, a SHA-256.
 *
 * <p>It is written under a temporary name and renamed when it is complete, so that a file with its
 * name is whole. A reader believes nothing: it compares the length with the file's before it
 * allocates, and the hash before it looks inside.
 *
 * @param name of the file in the checkpoint's directory
 * @param rank of the worker whose state it is; -1 for what all workers have in common
 * @param lengthBytes of the whole file
 * @param sha256 of header and part, in hexadecimal
 */
public record PartFile(String name, int rank, long lengthBytes, String sha256)
    implements Serializable {

  /** The rank of the part that all workers have in common. */
  public static final int COMMON = -1;

  /** Where the fields of the header lie, little-endian. */
  static final class Descriptor {
    static final int MAGIC = 0x50435053; // "SPCP"
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 4;
    static final int RANK_OFFSET = 8;
    static final int RESERVED_OFFSET = 12;
    static final int LENGTH_OFFSET = 16;
    static final int HEADER_BYTES = 24;
    static final int SHA256_BYTES = 32;

    private Descriptor() {}
  }

  private static final int CHUNK_BYTES = 1 << 16;

  public PartFile {
    if (!name.equals(nameOf(rank)) || lengthBytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "a part of a checkpoint must have the name of its rank, a length and a SHA-256, but is '%s' of rank %d with %d bytes and '%s'"
              .formatted(name, rank, lengthBytes, sha256));
    }
  }

  /** The name of a rank's file. */
  public static String nameOf(int rank) {
    return rank == COMMON ? "network.part" : "worker-%05d.part".formatted(rank);
  }

  /**
   * Writes a part as a whole or not at all; replaces a file of that name.
   *
   * @throws CheckpointException if it cannot be written; what was begun is deleted
   */
  public static PartFile write(FileSystem files, Path checkpoint, int rank, CheckpointPart part) {
    Path path = new Path(checkpoint, nameOf(rank));
    ByteBuffer header =
        ByteBuffer.allocate(Descriptor.HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Descriptor.MAGIC_OFFSET, Descriptor.MAGIC)
            .putInt(Descriptor.VERSION_OFFSET, Descriptor.VERSION)
            .putInt(Descriptor.RANK_OFFSET, rank)
            .putLong(Descriptor.LENGTH_OFFSET, part.lengthBytes());
    MessageDigest digest = newDigest();
    byte[] hash = new byte[Descriptor.SHA256_BYTES];
    WholeFile.write(
        files,
        path,
        out -> {
          DigestOutputStream digested = new DigestOutputStream(out, digest);
          write(header, digested);
          write(part.table(), digested);
          for (ByteBuffer section : part.sections().values()) {
            write(section.duplicate(), digested);
          }
          System.arraycopy(digest.digest(), 0, hash, 0, hash.length);
          out.write(hash);
        });
    return new PartFile(
        nameOf(rank),
        rank,
        Descriptor.HEADER_BYTES + part.lengthBytes() + Descriptor.SHA256_BYTES,
        HexFormat.of().formatHex(hash));
  }

  private static void write(ByteBuffer bytes, OutputStream out) throws IOException {
    byte[] chunk = new byte[Math.min(CHUNK_BYTES, bytes.remaining())];
    while (bytes.hasRemaining()) {
      int length = Math.min(chunk.length, bytes.remaining());
      bytes.get(chunk, 0, length);
      out.write(chunk, 0, length);
    }
  }

  /**
   * Reads the part that this entry of a manifest stands for.
   *
   * @throws CheckpointException if the file is missing, damaged, or not the one of the manifest
   */
  public CheckpointPart read(FileSystem files, Path checkpoint) {
    Path path = new Path(checkpoint, name);
    try {
      FileStatus status = files.getFileStatus(path);
      if (status.getLen() != lengthBytes) {
        throw damaged(
            path, "it has %d bytes in place of %d".formatted(status.getLen(), lengthBytes));
      }
      if (lengthBytes < Descriptor.HEADER_BYTES + Descriptor.SHA256_BYTES
          || lengthBytes > Integer.MAX_VALUE - 8) {
        throw damaged(path, "no part has %d bytes".formatted(lengthBytes));
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
      try (FSDataInputStream in = files.open(path)) {
        in.readFully(0, bytes.array());
      }
      return check(path, bytes);
    } catch (IOException e) {
      throw new CheckpointException(
          "'%s', a part of a checkpoint, cannot be read: %s".formatted(path, e), e);
    }
  }

  private CheckpointPart check(Path path, ByteBuffer bytes) {
    int end = bytes.capacity() - Descriptor.SHA256_BYTES;
    MessageDigest digest = newDigest();
    digest.update(bytes.slice(0, end));
    byte[] expected = HexFormat.of().parseHex(sha256);
    byte[] stored = new byte[Descriptor.SHA256_BYTES];
    bytes.get(end, stored);
    if (!MessageDigest.isEqual(digest.digest(), expected)
        || !MessageDigest.isEqual(stored, expected)) {
      throw damaged(path, "its SHA-256 is not that of the manifest");
    }
    int magic = bytes.getInt(Descriptor.MAGIC_OFFSET);
    int version = bytes.getInt(Descriptor.VERSION_OFFSET);
    if (magic != Descriptor.MAGIC || version != Descriptor.VERSION) {
      throw damaged(
          path,
          "it begins with %08x and version %d in place of %08x and %d"
              .formatted(magic, version, Descriptor.MAGIC, Descriptor.VERSION));
    }
    long length = bytes.getLong(Descriptor.LENGTH_OFFSET);
    if (length != end - Descriptor.HEADER_BYTES || bytes.getInt(Descriptor.RANK_OFFSET) != rank) {
      throw damaged(path, "its header is of another rank or length");
    }
    try {
      return CheckpointPart.of(bytes.slice(Descriptor.HEADER_BYTES, (int) length));
    } catch (IllegalArgumentException e) {
      throw damaged(path, e.getMessage());
    }
  }

  private static CheckpointException damaged(Path path, String how) {
    return new CheckpointException(
        "'%s', a part of a checkpoint, is damaged: %s".formatted(path, how));
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }
}
