// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.BooleanCondition;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.condition.SequenceConditionMode;
import org.datavec.api.transform.condition.column.BaseColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.sequence.window.TimeWindowFunction;
import org.datavec.api.transform.serde.JsonMappers;
import org.datavec.api.transform.transform.categorical.PivotTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform.FirstStepMode;
import org.datavec.api.writable.Writable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Reads processes from the JSON that DataVec writes, also those that DataVec itself cannot read
 * back: some of its classes name no constructor to be read by. The text is DataVec's own either
 * way.
 */
final class ProcessJson {
  private static final ObjectMapper COMPLETED =
      JsonMappers.getMapper()
          .copy()
          .addMixIn(PivotTransform.class, Pivot.class)
          .addMixIn(Reducer.ConditionalReduction.class, ConditionalReduction.class)
          .addMixIn(SequenceDifferenceTransform.class, Difference.class)
          .addMixIn(TimeWindowFunction.class, TimeWindow.class);

  private ProcessJson() {}

  /**
   * The process of this JSON; null for the JSON null. DataVec is asked first, as it also knows the
   * forms of its older versions.
   *
   * @throws RuntimeException when it is none; the caller says so
   */
  static TransformProcess read(String json) {
    try {
      return TransformProcess.fromJson(json);
    } catch (RuntimeException e) {
      try {
        return COMPLETED.readValue(json, TransformProcess.class);
      } catch (IOException | RuntimeException second) {
        // The second reader knows more, so its complaint is the cause
        IllegalArgumentException both =
            new IllegalArgumentException(
                second.getMessage() + " (DataVec's own reader: " + e.getMessage() + ")", second);
        both.addSuppressed(e);
        throw both;
      }
    }
  }

  /**
   * Refuses a process with a filter that looks at sequences in another way than by default, because
   * DataVec does not write how a condition looks at them.
   *
   * @param read the process as it came back from its JSON
   */
  static void requireConditionsKept(TransformProcess process, TransformProcess read) {
    List<Step> before = Step.of(process);
    List<Step> after = Step.of(read);
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).takesSequences()
          && before.get(i).action().getFilter() instanceof ConditionFilter a
          && after.get(i).action().getFilter() instanceof ConditionFilter b
          && !modes(a.getCondition()).equals(modes(b.getCondition()))) {
        throw new IllegalArgumentException(
            before.get(i).describe()
                + ", looks at the time steps of a sequence by "
                + modes(a.getCondition())
                + ", which DataVec's JSON does not hold; use the mode that it comes back with, "
                + modes(b.getCondition()));
      }
    }
  }

  private static List<SequenceConditionMode> modes(Condition condition) {
    if (condition instanceof BooleanCondition combined) {
      return Arrays.stream(combined.getConditions()).flatMap(c -> modes(c).stream()).toList();
    }
    return condition instanceof BaseColumnCondition column
        ? List.of(column.getSequenceMode())
        : List.of();
  }

  /** How to read a {@link PivotTransform}. */
  abstract static class Pivot {
    @JsonCreator
    Pivot(
        @JsonProperty("keyColumn") String keyColumn,
        @JsonProperty("valueColumn") String valueColumn,
        @JsonProperty("defaultValue") Writable defaultValue) {}
  }

  /** How to read a {@link Reducer.ConditionalReduction}. */
  abstract static class ConditionalReduction {
    @JsonCreator
    ConditionalReduction(
        @JsonProperty("columnName") String columnName,
        @JsonProperty("outputNames") List<String> outputNames,
        @JsonProperty("reductions") List<ReduceOp> reductions,
        @JsonProperty("condition") Condition condition) {}
  }

  /** How to read a {@link SequenceDifferenceTransform}. */
  abstract static class Difference {
    @JsonCreator
    Difference(
        @JsonProperty("columnName") String columnName,
        @JsonProperty("newColumnName") String newColumnName,
        @JsonProperty("lookback") int lookback,
        @JsonProperty("firstStepMode") FirstStepMode firstStepMode,
        @JsonProperty("specifiedValueWritable") Writable specifiedValue) {}
  }

  /** How to read a {@link TimeWindowFunction}. */
  @JsonIgnoreProperties({
    "inputSchema",
    "offsetAmountMilliseconds",
    "windowSizeMilliseconds",
    "timeZone"
  })
  abstract static class TimeWindow {
    @JsonCreator
    TimeWindow(
        @JsonProperty("timeColumn") String timeColumn,
        @JsonProperty("windowSize") long windowSize,
        @JsonProperty("windowSizeUnit") TimeUnit windowSizeUnit,
        @JsonProperty("offsetAmount") long offsetAmount,
        @JsonProperty("offsetUnit") TimeUnit offsetUnit,
        @JsonProperty("addWindowStartTimeColumn") boolean addWindowStartTimeColumn,
        @JsonProperty("addWindowEndTimeColumn") boolean addWindowEndTimeColumn,
        @JsonProperty("excludeEmptyWindows") boolean excludeEmptyWindows) {}
  }
}
