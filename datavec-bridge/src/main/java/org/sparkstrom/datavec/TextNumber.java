// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.datavec.api.writable.Text;

/**
 * Numbers read from text as DataVec reads them, which is as Java does: no blanks around integers,
 * no fractions in them, hexadecimal after "0x". Spark's casts are more generous, so they are
 * believed where both must agree (the integer writes itself as the same text again; the text is a
 * finite double without "0x"), and DataVec itself reads the rest.
 *
 * @param target the kind of number
 */
record TextNumber(ValueKind target) implements UDF1<String, Object> {

  /** The number in a text column; null where DataVec refuses the text. */
  static Column parse(ColumnDraft draft, Column text, ValueKind target) {
    if (!target.isNumber()) {
      throw new NoCounterpartException("it reads text as " + target);
    }
    Column cast = draft.reference(draft.define(text.cast(target.type())));
    Column asDataVec = udf(new TextNumber(target), target.type()).apply(text);
    Column plain =
        target == ValueKind.INT || target == ValueKind.LONG
            ? cast.cast(ValueKind.TEXT.type()).equalTo(text)
            : not(text.startsWith("0x")).and(abs(cast).lt(lit(Double.POSITIVE_INFINITY)));
    return when(plain, cast).when(text.isNotNull(), asDataVec);
  }

  @Override
  public Object call(String text) {
    Text writable = new Text(text);
    try {
      return switch (target) {
        case INT -> writable.toInt();
        case LONG -> writable.toLong();
        case FLOAT -> writable.toFloat();
        case DOUBLE -> writable.toDouble();
        default -> throw new IllegalStateException("text is not read as " + target);
      };
    } catch (RuntimeException e) {
      return null; // the mark of a value that the step refuses
    }
  }
}
