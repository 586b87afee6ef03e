// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.datavec.api.transform.transform.categorical.FirstDigitTransform;
import org.datavec.api.transform.transform.categorical.IntegerToCategoricalTransform;
import org.datavec.api.transform.transform.categorical.PivotTransform;
import org.datavec.api.transform.transform.integer.IntegerToOneHotTransform;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform.CaseType;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.MapAllStringsExceptListTransform;
import org.datavec.api.transform.transform.string.ReplaceEmptyStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.StringToTimeTransform;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/** Processes of steps on text, categories and times. */
final class TextCases {
  private TextCases() {}

  /** Adds the cases of this class. */
  static void addTo(StepCases cases) {
    texts(cases);
    categories(cases);
    times(cases);
    parsedAndPivoted(cases);
  }

  private static void texts(StepCases cases) {
    cases.add("append", b -> b.appendStringColumnTransform("text", "\"q\" \\ {}"));
    for (CaseType type : CaseType.values()) {
      cases.add(type.toString(), b -> b.transform(new ChangeCaseStringTransform("text", type)));
    }
    cases.add(
        "concat",
        b -> b.transform(new ConcatenateStringColumns("all", "|", "text", "double", "flag")));
    cases.add(
        "except",
        b ->
            b.stringMapTransform("text", Map.of())
                .transform(new MapAllStringsExceptListTransform("text", "o", List.of("x", "-7"))));
    cases.add("blanks", b -> b.stringRemoveWhitespaceTransform("text"));
    cases.add("empty", b -> b.transform(new ReplaceEmptyStringTransform("text", "none")));
    cases.add("map", b -> b.stringMapTransform("text", Map.of("x", "", "", "x", "-7", "漢")));
    cases.add("map null", b -> b.stringMapTransform("text", Map.of("NullWritable", "none")));
    Map<String, String> regexes = new LinkedHashMap<>();
    regexes.put("\\s+", "_");
    regexes.put("[\"\\\\]|NullW.*", "'");
    cases.add("replace", b -> b.transform(new ReplaceStringTransform("text", regexes)));
  }

  private static void categories(StepCases cases) {
    cases.add("to integer", b -> b.categoricalToInteger("state"));
    cases.add("one-hot", b -> b.categoricalToOneHot("state"));
    cases.add("integer one-hot", b -> b.transform(new IntegerToOneHotTransform("int", -1, 7)));
    cases.add(
        "to category",
        b -> b.transform(new IntegerToCategoricalTransform("int", Map.of(0, "z", 7, "s", -1, ""))));
    for (FirstDigitTransform.Mode mode : FirstDigitTransform.Mode.values()) {
      cases.add(
          "digit " + mode, b -> b.transform(new FirstDigitTransform("number", "digit", mode)));
      cases.add(
          "digit of double " + mode,
          b -> b.transform(new FirstDigitTransform("double", "double", mode)));
    }
  }

  /** Columns that become several, and several that become numbers. */
  private static void parsedAndPivoted(StepCases cases) {
    cases.add("pivot", b -> b.transform(new PivotTransform("state", "double")));
    cases.add(
        "pivot of texts", b -> b.transform(new PivotTransform("state", "short", new Text("o"))));
    cases.add(
        "pivot without default",
        b -> b.transform(new PivotTransform("state", "int", NullWritable.INSTANCE)));
    cases.add(
        "parse",
        b ->
            b.removeAllColumnsExceptFor("number", "int", "flag", "time")
                .transform(new ParseDoubleTransform()));
    cases.add("parse all", b -> b.removeColumns("state").transform(new ParseDoubleTransform()));
  }

  private static void times(StepCases cases) {
    DateTimeZone zone = DateTimeZone.forID("Europe/Berlin");
    cases.add("read time", b -> b.stringToTimeTransform("when", "yyyy-MM-dd HH:mm:ss", zone));
    cases.add(
        "guess time", b -> b.transform(new StringToTimeTransform("when", zone, Locale.GERMANY)));
    cases.add(
        "derive",
        b ->
            b.transform(
                new DeriveColumnsFromTimeTransform.Builder("time")
                    .insertAfter("int")
                    .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                    .addIntegerDerivedColumn("weekday", DateTimeFieldType.dayOfWeek())
                    .addIntegerDerivedColumn("year", DateTimeFieldType.year())
                    .addStringDerivedColumn("day", "yyyy-MM-dd EEE", zone)
                    .build()));
  }
}
