// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files under a folder that a stage or rows were saved to. */
final class SavedFolder {
  /** Longer files are no metadata. */
  private static final long TEXT_BYTES = 1 << 20;

  private static final Pattern UID = Pattern.compile("\"uid\":\"([^\"]+)\"");

  private final FileSystem files;
  private final Path root;

  SavedFolder(FileSystem files, Path root) {
    this.files = files;
    this.root = files.makeQualified(root);
  }

  /** What a file must be to be undamaged; the hash is empty where only the length is kept. */
  record FileFacts(long lengthBytes, String sha256) {}

  /** All files with length and SHA-256 by their paths under the folder. */
  SortedMap<String, FileFacts> hashed() throws IOException {
    SortedMap<String, FileFacts> facts = new TreeMap<>();
    for (Map.Entry<String, FileStatus> file : list().entrySet()) {
      facts.put(file.getKey(), new FileFacts(file.getValue().getLen(), sha256(file.getValue())));
    }
    return facts;
  }

  /** All files with their length alone. */
  SortedMap<String, FileFacts> measured() throws IOException {
    SortedMap<String, FileFacts> facts = new TreeMap<>();
    list().forEach((name, file) -> facts.put(name, new FileFacts(file.getLen(), "")));
    return facts;
  }

  /**
   * A hash of what was saved that is the same when the same is saved again: times, the names of
   * part files and the random uids of stages do not count.
   */
  String content() throws IOException {
    SortedMap<String, FileStatus> all = list();
    Map<String, String> texts = new TreeMap<>();
    List<String> uids = new ArrayList<>();
    for (Map.Entry<String, FileStatus> file : all.entrySet()) {
      if (file.getValue().getLen() <= TEXT_BYTES) {
        String text = read(file.getValue());
        texts.put(file.getKey(), text);
        Matcher uid = UID.matcher(text);
        while (uid.find()) {
          uids.add(uid.group(1));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, FileStatus> file : all.entrySet()) {
      String text = texts.get(file.getKey());
      String hash =
          text != null && text.startsWith("{")
              ? Sha256.of(SortedJson.of(withoutUids(text, uids)))
              : sha256(file.getValue());
      lines.add(place(file.getKey(), uids) + " " + hash);
    }
    Collections.sort(lines); // part files have random names
    return Sha256.of(lines.toArray(String[]::new));
  }

  private static String withoutUids(String text, List<String> uids) {
    String result = text;
    for (int i = 0; i < uids.size(); i++) {
      result = result.replace('"' + uids.get(i) + '"', "\"uid " + i + '"');
    }
    return result;
  }

  /** A path without what is random in it. */
  private static String place(String path, List<String> uids) {
    String result = path.replaceAll("part-[^/]*$", "part");
    for (int i = 0; i < uids.size(); i++) {
      result = result.replace('_' + uids.get(i) + '/', "_uid " + i + '/');
    }
    return result;
  }

  private SortedMap<String, FileStatus> list() throws IOException {
    SortedMap<String, FileStatus> all = new TreeMap<>();
    RemoteIterator<? extends FileStatus> found = files.listFiles(root, true);
    while (found.hasNext()) {
      FileStatus file = found.next();
      String name = file.getPath().getName();
      if (!name.startsWith(".") && !name.startsWith("_")) {
        all.put(root.toUri().relativize(file.getPath().toUri()).getPath(), file);
      }
    }
    return all;
  }

  private String sha256(FileStatus file) throws IOException {
    try (InputStream in = files.open(file.getPath())) {
      return Sha256.of(in);
    }
  }

  private String read(FileStatus file) throws IOException {
    try (InputStream in = files.open(file.getPath())) {
      // A byte a character, so that files that are no text come through unchanged
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
