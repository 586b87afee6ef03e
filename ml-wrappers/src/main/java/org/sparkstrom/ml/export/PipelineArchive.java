// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;

/**
 * A fitted pipeline and its record in one zip, on any Hadoop file system: {@code index.json},
 * {@code record.json}, and under {@code model/} what Spark saves. It exists because a saved
 * pipeline is a folder of many files that says nothing of its origin.
 *
 * @param model the fitted pipeline
 * @param record what it was made of, by what, and how good it is
 */
public record PipelineArchive(PipelineModel model, ModelRecord record) {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final long INDEX_BYTES = 64L << 20;
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /**
   * Writes an archive, whole or not at all.
   *
   * @throws IllegalArgumentException if something is at the path
   */
  public static void write(PipelineModel model, ModelRecord record, String path) {
    Path target = new Path(path);
    try {
      FileSystem files = ModelFiles.of(target);
      ModelFiles.requireFree(files, target);
      Path saved = ModelFiles.part(target);
      Path part = ModelFiles.part(target);
      try {
        model.write().save(saved.toString());
        try (ZipOutputStream zip = new ZipOutputStream(files.create(part, false))) {
          fill(zip, files, saved, record);
        }
        ModelFiles.move(files, part, target);
      } finally {
        files.delete(saved, true);
        files.delete(part, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the archive '" + path + "'", e);
    }
  }

  private static void fill(ZipOutputStream zip, FileSystem files, Path saved, ModelRecord record)
      throws IOException {
    byte[] facts = record.toJson().getBytes(StandardCharsets.UTF_8);
    SortedMap<String, FileStatus> model = ModelFiles.list(files, saved);
    Map<String, ArchiveIndex.Facts> index = new TreeMap<>();
    MessageDigest digest = sha256();
    index.put(ArchiveIndex.RECORD, new ArchiveIndex.Facts(facts.length, hex(digest.digest(facts))));
    for (Map.Entry<String, FileStatus> file : model.entrySet()) {
      try (InputStream in = files.open(file.getValue().getPath())) {
        DigestOutputStream hashing =
            new DigestOutputStream(OutputStream.nullOutputStream(), digest);
        long length = in.transferTo(hashing);
        index.put(
            ArchiveIndex.MODEL + file.getKey(),
            new ArchiveIndex.Facts(length, hex(digest.digest())));
      }
    }
    zip.putNextEntry(entry(ArchiveIndex.NAME));
    zip.write(ArchiveIndex.of(index).toJson().getBytes(StandardCharsets.UTF_8));
    zip.putNextEntry(entry(ArchiveIndex.RECORD));
    zip.write(facts);
    for (Map.Entry<String, FileStatus> file : model.entrySet()) {
      zip.putNextEntry(entry(ArchiveIndex.MODEL + file.getKey()));
      try (InputStream in = files.open(file.getValue().getPath())) {
        in.transferTo(zip);
      }
    }
  }

  /** An entry without the time of writing, so that equal content gives equal bytes. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }

  /**
   * The archive at this path. Its model is unpacked to a folder that must not be there and that
   * stays, because some models, such as that of ALS, read it as long as they are used; executors
   * must be able to read it.
   *
   * @throws IllegalArgumentException if it is no archive or damaged, or something is at the folder
   */
  public static PipelineArchive read(String path, String folder) {
    Path target = new Path(folder);
    try {
      FileSystem files = ModelFiles.of(target);
      ModelFiles.requireFree(files, target);
      Path part = ModelFiles.part(target);
      ModelRecord record;
      try (InputStream in = ModelFiles.of(new Path(path)).open(new Path(path));
          ZipInputStream zip = new ZipInputStream(in)) {
        record = unpack(zip, path, files, part);
        ModelFiles.move(files, new Path(part, "model"), target);
      } finally {
        files.delete(part, true);
      }
      return new PipelineArchive(PipelineModel.load(folder), record);
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          "'%s' must be a zip, but is damaged: %s".formatted(path, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the archive '" + path + "'", e);
    }
  }

  private static ModelRecord unpack(ZipInputStream zip, String path, FileSystem files, Path part)
      throws IOException {
    ZipEntry first = zip.getNextEntry();
    if (first == null || !first.getName().equals(ArchiveIndex.NAME)) {
      throw new IllegalArgumentException(
          "'%s' must be a zip that begins with %s, but is not; it was not made by this library"
              .formatted(path, ArchiveIndex.NAME));
    }
    ArchiveIndex index = ArchiveIndex.fromJson(text(zip, INDEX_BYTES), path);
    TreeSet<String> missing = new TreeSet<>(index.files().keySet());
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      ArchiveIndex.requireSafe(entry.getName());
      if (!missing.remove(entry.getName())) {
        throw new IllegalArgumentException(
            "'%s' must have the files of its index once each, but has '%s'"
                .formatted(path, entry.getName()));
      }
      ArchiveIndex.Facts facts = index.files().get(entry.getName());
      unpack(zip, files, new Path(part, entry.getName()), facts);
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' must have all files of its index, but is without '%s'; it is cut off"
              .formatted(path, missing.first()));
    }
    try (InputStream in = files.open(new Path(part, ArchiveIndex.RECORD))) {
      return ModelRecord.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8), path);
    }
  }

  private static void unpack(
      ZipInputStream zip, FileSystem files, Path file, ArchiveIndex.Facts facts)
      throws IOException {
    MessageDigest digest = sha256();
    long length = 0;
    try (OutputStream out = files.create(file, false)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = zip.read(chunk); read >= 0; read = zip.read(chunk)) {
        length += read;
        if (length > facts.lengthBytes()) {
          break; // no more is written of a file that goes on without end
        }
        digest.update(chunk, 0, read);
        out.write(chunk, 0, read);
      }
    }
    String hash = hex(digest.digest());
    if (length != facts.lengthBytes() || !hash.equals(facts.sha256())) {
      throw new IllegalArgumentException(
          "an archive's file must be as its index says, but '%s' is damaged"
              .formatted(file.getName()));
    }
  }

  private static String text(InputStream in, long limit) throws IOException {
    byte[] bytes = in.readNBytes((int) limit + 1);
    if (bytes.length > limit) {
      throw new IllegalArgumentException(
          "an archive's index must have at most %d bytes, but has more".formatted(limit));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK must have SHA-256, but this one has not", e);
    }
  }
}
