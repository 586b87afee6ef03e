// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.DoubleMetaData;
import org.datavec.api.transform.metadata.FloatMetaData;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.datavec.api.transform.ndarray.NDArrayColumnsMathOpTransform;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.trim.SequenceTrimToLengthTransform;
import org.datavec.api.transform.transform.categorical.PivotTransform;
import org.datavec.api.transform.transform.column.DuplicateColumnsTransform;
import org.datavec.api.transform.transform.column.RenameColumnsTransform;
import org.datavec.api.transform.transform.doubletransform.BaseDoubleTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathOpTransform;
import org.datavec.api.transform.transform.floattransform.BaseFloatTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathOpTransform;
import org.datavec.api.transform.transform.integer.IntegerMathOpTransform;
import org.datavec.api.transform.transform.longtransform.LongMathOpTransform;
import org.datavec.api.transform.transform.string.StringListToIndicesNDArrayTransform;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.datavec.api.writable.WritableType;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * Holds final values against the final schema, where the schema can be believed.
 *
 * <p>DataVec derives the restrictions of a step's output, not always rightly: a standardized or
 * logarithmed column keeps the range of its input, a modulus maps the range's ends only, a bag of
 * words announces shape [n] and gives [1, n], a list of indices announces as many as there are
 * words, a reduced or padded sequence keeps the ranges of its steps, the difference of the ends of
 * a group has the range of its values, and a pivot's default that of the value. So a range or a
 * length that such a step passed on is not applied, shapes are compared without their ones, and a
 * range's end gives way by a rounding error.
 */
final class FinalCheck {
  private static final Set<MathOp> NOT_MONOTONE = EnumSet.of(MathOp.Modulus, MathOp.ReverseDivide);
  static final double DOUBLE_SLACK = 1e-12;
  static final double FLOAT_SLACK = 1e-6;

  private final List<ColumnMetaData> columns;
  private final boolean[] ranged;

  FinalCheck(List<Step> steps, Schema finalSchema) {
    columns = finalSchema.getColumnMetaData();
    Set<String> unbelievable = new HashSet<>();
    for (Step step : steps) {
      Transform transform = step.action().getTransform();
      if (transform != null && step.takesSequences() && WholeSequences.isWhole(transform)) {
        followWhole(step, transform, unbelievable);
      } else if (transform != null) {
        follow(step, transform, unbelievable);
      } else if (step.action().getReducer() != null) {
        followReduce(Reduction.of(step), unbelievable);
      }
    }
    ranged = new boolean[columns.size()];
    for (int i = 0; i < ranged.length; i++) {
      ranged[i] = !unbelievable.contains(columns.get(i).getName());
    }
  }

  /** Whether the range or shape of this column of the final schema can be believed. */
  boolean isRanged(int column) {
    return ranged[column];
  }

  /** Throws when a value breaks the final schema; nulls break nothing. */
  void check(List<Writable> record) {
    for (int i = 0; i < ranged.length; i++) {
      Writable value = record.get(i);
      ColumnMetaData column = columns.get(i);
      if (!(value instanceof NullWritable) && !isValid(column, value, ranged[i])) {
        throw new InvalidValueException(
            "column '" + column.getName() + "'",
            RefusedValue.ofResult(column.getName(), value),
            new IllegalArgumentException("the final schema, " + column + ", refuses " + value));
      }
    }
  }

  private static void follow(Step step, Transform transform, Set<String> unbelievable) {
    if (transform instanceof RenameColumnsTransform) {
      Set<String> before = Set.copyOf(unbelievable); // names may be swapped
      unbelievable.clear();
      for (int i = 0; i < step.input().numColumns(); i++) {
        if (before.contains(step.input().getName(i))) {
          unbelievable.add(step.output().getName(i));
        }
      }
    } else if (transform instanceof DuplicateColumnsTransform t) {
      for (int i = 1; i < step.output().numColumns(); i++) {
        boolean copy = t.getNewColumnNames().contains(step.output().getName(i));
        if (copy && unbelievable.contains(step.output().getName(i - 1))) {
          unbelievable.add(step.output().getName(i));
        }
      }
    } else if (transform instanceof PivotTransform pivot) {
      // Each has the range of the value, which the default need not keep to
      String prefix = pivot.getKeyColumn() + "[";
      step.output().getColumnNames().stream()
          .filter(name -> name.startsWith(prefix))
          .forEach(unbelievable::add);
    } else if (transform instanceof NDArrayColumnsMathOpTransform t) {
      if (Stream.of(t.getColumns()).anyMatch(unbelievable::contains)) {
        unbelievable.add(t.outputColumnName());
      }
    } else if (transform instanceof StringListToIndicesNDArrayTransform t) {
      unbelievable.add(t.getNewColumnName());
    } else if (copiesRange(step, transform) || mapsRangeByItsEnds(transform)) {
      unbelievable.add(transform.columnName());
    }
  }

  /** A reduced column has the range of its input, where it has one. */
  private static void followReduce(Reduction reduction, Set<String> unbelievable) {
    Set<String> after = new HashSet<>();
    for (int i = 0; i < reduction.results().size(); i++) {
      Reduction.Result result = reduction.results().get(i);
      boolean range = result.op().filter(ReduceOp.Range::equals).isPresent();
      if (range || unbelievable.contains(reduction.input().getName(result.column()))) {
        after.add(reduction.step().output().getName(i));
      }
    }
    unbelievable.clear();
    unbelievable.addAll(after);
  }

  /** What a step on whole sequences adds may lie outside, as values at a sequence's edges do. */
  private static void followWhole(Step step, Transform transform, Set<String> unbelievable) {
    boolean pads = transform instanceof SequenceTrimToLengthTransform;
    for (ColumnMetaData column : step.output().getColumnMetaData()) {
      String name = column.getName();
      boolean taken = step.input().hasColumn(name) && step.input().getMetaData(name).equals(column);
      if (pads || !taken) {
        unbelievable.add(name);
      }
    }
  }

  private static boolean copiesRange(Step step, Transform transform) {
    if (!(transform instanceof BaseDoubleTransform || transform instanceof BaseFloatTransform)) {
      return false;
    }
    String name = transform.columnName();
    return step.input().getMetaData(name).equals(step.output().getMetaData(name));
  }

  private static boolean mapsRangeByItsEnds(Transform transform) {
    if (transform instanceof DoubleMathOpTransform t) {
      return NOT_MONOTONE.contains(t.getMathOp());
    } else if (transform instanceof FloatMathOpTransform t) {
      return NOT_MONOTONE.contains(t.getMathOp());
    } else if (transform instanceof LongMathOpTransform t) {
      return NOT_MONOTONE.contains(t.getMathOp());
    }
    return transform instanceof IntegerMathOpTransform t && NOT_MONOTONE.contains(t.getMathOp());
  }

  private static boolean isValid(ColumnMetaData column, Writable value, boolean ranged) {
    try {
      return switch (column.getColumnType()) {
        case Integer, Long, Time -> ranged ? column.isValid(value) : isNumber(value);
        case String -> !ranged || column.isValid(value);
        case Float, Double ->
            ranged ? column.isValid(value) || isNearAnEnd(column, value) : isNumber(value);
        case NDArray ->
            ranged
                ? column.isValid(value)
                    || (column instanceof NDArrayMetaData a && NdArrays.fits(a.getShape(), value))
                : value.getType() == WritableType.NDArray;
        default -> column.isValid(value);
      };
    } catch (RuntimeException e) {
      return false; // a value of another kind: some columns throw where they mean no
    }
  }

  private static boolean isNumber(Writable value) {
    value.toDouble(); // throws when it is none
    return true;
  }

  private static boolean isNearAnEnd(ColumnMetaData column, Writable value) {
    if (column instanceof DoubleMetaData d) {
      return isNear(value.toDouble(), d.getMinAllowedValue(), DOUBLE_SLACK)
          || isNear(value.toDouble(), d.getMaxAllowedValue(), DOUBLE_SLACK);
    }
    return column instanceof FloatMetaData f
        && (isNear(value.toDouble(), f.getMinAllowedValue(), FLOAT_SLACK)
            || isNear(value.toDouble(), f.getMaxAllowedValue(), FLOAT_SLACK));
  }

  private static boolean isNear(double value, Number end, double slack) {
    return end != null
        && Math.abs(value - end.doubleValue()) <= slack * Math.max(1, Math.abs(end.doubleValue()));
  }
}
