// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;

/** Rows of extremes, nulls and Unicode in columns of every kind. */
final class ExtremeRows {
  static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("int", -1_000_000, null)
          .addColumnLong("long")
          .addColumnFloat("float")
          .addColumnDouble("double", -1e6, 1e6)
          .addColumnDouble("other")
          .addColumnBoolean("flag")
          .addColumnString("text")
          .addColumnString("number")
          .addColumnString("short", "[a-z ]*", 1, 4)
          .addColumnCategorical("state", "", "b", "ü\"x", "c")
          .addColumnString("when")
          .addColumnTime("time", DateTimeZone.forID("America/New_York"))
          .build();

  private static final Object[][] VALUES = {
    {0, 1, -1, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, null, 12, -3},
    {
      0L,
      -1L,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      1L << 53,
      (1L << 53) + 1,
      4_294_967_296L,
      null,
      5L,
      1_776_838_662_758_263_707L
    },
    {
      0f,
      -0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.MIN_VALUE,
      -Float.MAX_VALUE,
      .1f,
      null,
      2.5f
    },
    {
      0.0,
      -0.0,
      Double.NaN,
      Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      null,
      0.1,
      -1e6,
      1e6 + 1e-7,
      -0.5,
      2.5,
      1e17,
      -7.3,
      123456789.125
    },
    {1.0, 0.0, -0.0, null, Double.NaN, -2.5, 3.0, Double.POSITIVE_INFINITY, 1e-300, -1e300},
    {true, false, null},
    {
      "",
      " a\"b\\d ",
      "ÄÖ漢字",
      "İI ıi ß ΣΑΣ",
      "𝒳 emoji 😀",
      null,
      "a\tb\n\u000Bc\r\f\u00A0d",
      "x",
      "-7",
      "-",
      "9z",
      "NaN"
    },
    {
      "1",
      "-5",
      "+5",
      "007",
      " 5",
      "5 ",
      "1.5",
      "1e3",
      "0x1F",
      "0x1p3",
      "NaN",
      "nan",
      "Infinity",
      "inf",
      "1d",
      "",
      null,
      "٣",
      "2147483648",
      "9223372036854775808",
      "1e400",
      "-0",
      "-0.0",
      "x"
    },
    {"ab", "", "abcde", null, "a b", "😀", "😀😀😀", "x\n"},
    {"b", "", "ü\"x", null, "?", "c"},
    {
      "2026-03-29 01:59:59",
      "2026-11-01 01:30:00",
      "1950-01-01 00:00:00",
      " 2026-01-01 00:00:00 ",
      null,
      "2026-13-01 00:00:00",
      "",
      "2026-1-1 1:2:3"
    },
    {
      Instant.parse("2026-03-08T06:59:59.999Z"),
      Instant.parse("1969-12-31T23:59:59.5Z"),
      null,
      Instant.parse("1582-10-04T12:00:00Z"),
      Instant.parse("0001-01-01T00:00:00.000999Z"),
      Instant.parse("2026-11-01T05:30:00Z"),
      Instant.EPOCH
    }
  };

  private ExtremeRows() {}

  /** Every column's values in turn, the columns out of step with each other. */
  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      Object[] row = new Object[VALUES.length];
      for (int column = 0; column < row.length; column++) {
        row[column] = VALUES[column][(i + column * (i / 16)) % VALUES[column].length];
      }
      rows.add(RowFactory.create(row));
    }
    return rows;
  }
}
