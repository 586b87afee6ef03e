// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * How a run went; the file {@code runs/ID/run.json} of a cache.
 *
 * @param format version of this file
 * @param id of the run
 * @param rerunOf the run whose pipeline it took; empty if it was given one
 * @param started in UTC, ISO 8601
 * @param seconds the run took
 * @param code that it was made with
 * @param input fingerprint of its rows; empty if it could not be made
 * @param inputSeconds to make the fingerprint
 * @param stages in the order of the pipeline, those of nested ones in their place
 * @param failure why it failed; empty if it was completed
 */
public record RunRecord(
    int format,
    String id,
    String rerunOf,
    String started,
    double seconds,
    CodeVersion code,
    String input,
    double inputSeconds,
    List<StageRecord> stages,
    String failure) {
  static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public RunRecord {
    stages = List.copyOf(stages);
  }

  /** Number of stages that came to this. */
  public int count(StageState state) {
    return (int) stages.stream().filter(stage -> stage.state() == state).count();
  }

  /** The run as text: a line for it, one for its input, and one for each stage, as a tree. */
  public String tree() {
    return ExecutionTree.of(this);
  }

  /** The record as JSON. */
  public String toJson() {
    return JSON.valueToTree(this).toPrettyString();
  }

  static RunRecord fromJson(String text, String path) {
    try {
      RunRecord run = JSON.readValue(text, RunRecord.class);
      if (run.format() > FORMAT) {
        throw new IllegalArgumentException(
            "'%s' must be of format %d or older, but is of %d; take a newer version of this library"
                .formatted(path, FORMAT, run.format()));
      }
      return run;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must be the JSON that a run writes, but is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
  }
}
