// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.DoubleMetaData;
import org.datavec.api.transform.metadata.FloatMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.metadata.LongMetaData;
import org.datavec.api.transform.metadata.StringMetaData;
import org.datavec.api.transform.metadata.TimeMetaData;
import org.datavec.api.writable.NullWritable;

/**
 * A column's restrictions, {@link ColumnMetaData#isValid}, as conditions on its values. They speak
 * of values that are not null; what DataVec says of a null is {@link #ofNull}.
 */
final class ColumnValidity {
  private static final Pattern WITH_COMMENTS = Pattern.compile("\\(\\?[a-zA-Z]*x");

  private ColumnValidity() {}

  /** What DataVec says of a null in this column: mostly that it is invalid. */
  static boolean ofNull(ColumnMetaData column) {
    return column.isValid(NullWritable.INSTANCE);
  }

  /** Whether a value is valid; empty when all values are. */
  static Optional<Column> of(ColumnMetaData column, Column value) {
    if (column instanceof IntegerMetaData c) {
      return within(value, c.getMinAllowedValue(), c.getMaxAllowedValue());
    } else if (column instanceof LongMetaData c) {
      return within(value, c.getMinAllowedValue(), c.getMaxAllowedValue());
    } else if (column instanceof TimeMetaData c) {
      return within(value, c.getMinValidTime(), c.getMaxValidTime());
    } else if (column instanceof DoubleMetaData c) {
      return within(value, c.getMinAllowedValue(), c.getMaxAllowedValue())
          .map(in -> orSpecial(in, value, c.isAllowInfinite()));
    } else if (column instanceof FloatMetaData c) {
      return within(value, c.getMinAllowedValue(), c.getMaxAllowedValue())
          .map(in -> orSpecial(in, value, c.isAllowInfinite()));
    } else if (column instanceof CategoricalMetaData c) {
      return Optional.of(value.isin(c.getStateNames().toArray()));
    } else if (column instanceof StringMetaData c) {
      return text(c, value);
    }
    return Optional.empty();
  }

  /**
   * Whether a final value is valid as {@link FinalCheck} sees it, which forgives a rounding error
   * at a range's end; empty when all values are.
   */
  static Optional<Column> ofResult(ColumnMetaData column, Column value, boolean ranged) {
    boolean restricted =
        column.getColumnType() == ColumnType.String
            || ValueKind.of(column.getColumnType()).filter(ValueKind::isNumber).isPresent();
    if (restricted && !ranged) {
      return Optional.empty();
    }
    Column exact = value.cast(ValueKind.DOUBLE.type());
    if (column instanceof DoubleMetaData c) {
      Column near = near(exact, FinalCheck.DOUBLE_SLACK, c.getMinAllowedValue());
      near = near.or(near(exact, FinalCheck.DOUBLE_SLACK, c.getMaxAllowedValue()));
      return of(column, value).map(near::or);
    } else if (column instanceof FloatMetaData c) {
      Column near = near(exact, FinalCheck.FLOAT_SLACK, c.getMinAllowedValue());
      near = near.or(near(exact, FinalCheck.FLOAT_SLACK, c.getMaxAllowedValue()));
      return of(column, value).map(near::or);
    }
    return of(column, value);
  }

  /** Whether the whole text matches, as {@code String.matches} says. */
  static Column matches(Column text, String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new NoCounterpartException("'" + regex + "' is no regular expression");
    }
    // What a quotation or a comment without an end would do to the brackets
    if (regex.contains("\\Q") || WITH_COMMENTS.matcher(regex).find()) {
      throw new NoCounterpartException("'" + regex + "' may not be framed for a partial match");
    }
    return text.rlike("\\A(?:" + regex + ")\\z");
  }

  private static Optional<Column> within(Column value, Number min, Number max) {
    Optional<Column> low = isBound(min) ? Optional.of(not(value.lt(lit(min)))) : Optional.empty();
    Optional<Column> high = isBound(max) ? Optional.of(not(value.gt(lit(max)))) : Optional.empty();
    return low.isEmpty() ? high : Optional.of(high.map(low.get()::and).orElse(low.get()));
  }

  private static boolean isBound(Number end) {
    return end != null && !Double.isNaN(end.doubleValue());
  }

  /** NaN is below and above nothing, whatever the column allows; an infinity may be allowed. */
  private static Column orSpecial(Column within, Column value, boolean infiniteAllowed) {
    Column valid = isnan(value).or(within);
    return infiniteAllowed ? valid.or(abs(value).equalTo(lit(Double.POSITIVE_INFINITY))) : valid;
  }

  private static Column near(Column value, double slack, Number end) {
    if (!isBound(end)) {
      return lit(false);
    }
    double nearest = end.doubleValue();
    return abs(value.minus(lit(nearest))).leq(lit(slack * Math.max(1, Math.abs(nearest))));
  }

  private static Optional<Column> text(StringMetaData column, Column value) {
    Optional<Column> valid = Optional.empty();
    if (column.getMinLength() != null || column.getMaxLength() != null) {
      // Java counts a character beyond the basic plane twice, as UTF-16 does
      Column octets = octet_length(encode(value, "UTF-16BE"));
      valid = within(octets, twice(column.getMinLength()), twice(column.getMaxLength()));
    }
    if (column.getRegex() == null) {
      return valid;
    }
    Column matches = matches(value, column.getRegex());
    return Optional.of(valid.map(matches::and).orElse(matches));
  }

  private static Long twice(Integer length) {
    return length == null ? null : 2L * length;
  }
}
