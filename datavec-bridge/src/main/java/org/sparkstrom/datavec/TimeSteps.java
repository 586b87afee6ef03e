// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.udf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.TimeMetaData;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform.DerivedColumn;
import org.datavec.api.transform.transform.time.StringToTimeTransform;
import org.datavec.api.writable.Text;
import org.joda.time.DateTimeZone;

/**
 * Steps that read time from text and take it apart. DataVec does it with Joda-Time, whose patterns
 * and time zones are not those of Spark, so one column is handed to Joda-Time, or to what gives the
 * same sooner ({@link FixedTimeFormat}, {@link TimeFields}), and the rest of the row stays where it
 * is.
 */
final class TimeSteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof StringToTimeTransform t) {
      int column = draft.indexOf(t.columnName());
      Column text = draft.text(column);
      Column time = udf(new ReadTime(t), ValueKind.LONG.type()).apply(text);
      draft.replace(column, time, step.output());
    } else if (transform instanceof DeriveColumnsFromTimeTransform t) {
      derive(t, step, draft);
    } else {
      return false;
    }
    return true;
  }

  private static void derive(DeriveColumnsFromTimeTransform t, Step step, ColumnDraft draft) {
    int source = draft.indexOf(t.columnName());
    DateTimeZone zone = ((TimeMetaData) draft.schema().getMetaData(source)).getTimeZone();
    Column time = draft.value(source);
    List<String> derived = new ArrayList<>();
    for (DerivedColumn column : t.getDerivedColumns()) {
      derived.add(
          draft.define(
              column.getColumnType() == ColumnType.String
                  ? udf(new PrintTime(column), ValueKind.TEXT.type()).apply(time)
                  : TimeFields.of(column.getFieldType(), time, zone)));
    }
    List<String> columns = new ArrayList<>(draft.cells());
    columns.addAll(draft.indexOf(t.getInsertAfter()) + 1, derived);
    draft.become(step.output(), columns);
    derived.forEach(draft::mustNotBeNull);
  }

  /**
   * DataVec's own reading of a text; null where it throws. It carries the step's settings and not
   * the step, which forgets its locale on the way to an executor.
   */
  private static final class ReadTime implements UDF1<String, Long> {
    private static final long serialVersionUID = 1L;

    private final String format;
    private final DateTimeZone zone;
    private final Locale locale;
    private transient StringToTimeTransform step;
    private transient Optional<FixedTimeFormat> fixed;

    ReadTime(StringToTimeTransform step) {
      format = step.getTimeFormat();
      zone = step.getTimeZone();
      locale = step.getLocale();
    }

    @Override
    public Long call(String text) {
      if (text == null) {
        return null;
      }
      if (step == null) {
        step = new StringToTimeTransform("time", format, zone, locale);
        fixed = Optional.ofNullable(format).flatMap(FixedTimeFormat::of);
      }
      if (fixed.isPresent()) {
        OptionalLong time = fixed.get().read(text, zone);
        if (time.isPresent()) {
          return time.getAsLong();
        }
      }
      try {
        return step.map(new Text(text)).toLong();
      } catch (RuntimeException e) {
        return null; // the mark of a value that the step refuses
      }
    }
  }

  /** DataVec's own writing of a time; null where it throws. */
  private record PrintTime(DerivedColumn column) implements UDF1<Long, String> {
    @Override
    public String call(Long millis) {
      try {
        return millis == null ? null : column.getDateTimeFormatter().print(millis);
      } catch (RuntimeException e) {
        return null;
      }
    }
  }
}
