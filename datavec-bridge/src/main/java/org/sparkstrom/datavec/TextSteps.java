// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.upper;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.string.AppendStringColumnTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.MapAllStringsExceptListTransform;
import org.datavec.api.transform.transform.string.RemoveWhiteSpaceTransform;
import org.datavec.api.transform.transform.string.ReplaceEmptyStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.string.StringMapTransform;
import org.datavec.api.writable.NullWritable;

/** Steps on text. A null is refused, unless the step says what DataVec's word for it becomes. */
final class TextSteps implements StepCompiler {
  private static final String WORD_FOR_NULL = NullWritable.INSTANCE.toString();

  /** What {@code \s} matches. */
  private static final String BLANKS = " \t\n\u000B\f\r";

  /** Languages whose letters of ASCII change case in their own way. */
  private static final Set<String> OWN_CASES = Set.of("tr", "az", "lt");

  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof ConcatenateStringColumns t) {
      concatenate(t, step, draft);
      return true;
    }
    Column result;
    if (transform instanceof AppendStringColumnTransform t) {
      result = concat(text(step, draft), lit(t.getToAppend()));
    } else if (transform instanceof ChangeCaseStringTransform t) {
      result = changedCase(t, text(step, draft));
    } else if (transform instanceof RemoveWhiteSpaceTransform) {
      result = translate(text(step, draft), BLANKS, "");
    } else if (transform instanceof ReplaceEmptyStringTransform t) {
      Column text = text(step, draft);
      result = when(text.equalTo(lit("")), lit(t.getValue())).otherwise(text);
    } else if (transform instanceof ReplaceStringTransform t) {
      result = replaced(t, text(step, draft));
    } else if (transform instanceof StringMapTransform t) {
      result = mapped(t, text(step, draft));
    } else if (transform instanceof MapAllStringsExceptListTransform t) {
      result = exceptListed(t, text(step, draft));
    } else {
      return false;
    }
    draft.replaceNullToo(draft.indexOf(transform.columnName()), result, step.output());
    return true;
  }

  private static Column text(Step step, ColumnDraft draft) {
    return draft.text(draft.indexOf(step.action().getTransform().columnName()));
  }

  private static void concatenate(ConcatenateStringColumns t, Step step, ColumnDraft draft) {
    List<Column> parts = new ArrayList<>();
    for (String name : t.getColumnsToConcatenate()) {
      if (!parts.isEmpty()) {
        parts.add(lit(t.getDelimiter()));
      }
      parts.add(draft.text(draft.indexOf(name)));
    }
    draft.append(concat(parts.toArray(Column[]::new)), step.output());
  }

  private static Column changedCase(ChangeCaseStringTransform t, Column text) {
    String language = Locale.getDefault().getLanguage();
    if (OWN_CASES.contains(language)) {
      throw new NoCounterpartException(
          "Spark knows no cases of the default language, '" + language + "'");
    }
    return t.getCaseType() == ChangeCaseStringTransform.CaseType.UPPER ? upper(text) : lower(text);
  }

  private static Column replaced(ReplaceStringTransform t, Column text) {
    Column result = text;
    for (Map.Entry<String, String> entry : t.getMap().entrySet()) {
      requirePlain(entry.getKey(), entry.getValue());
      result = regexp_replace(result, lit(entry.getKey()), lit(entry.getValue()));
    }
    return result;
  }

  private static void requirePlain(String regex, String replacement) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new NoCounterpartException("'" + regex + "' is no regular expression");
    }
    if (replacement.contains("$") || replacement.contains("\\")) {
      throw new NoCounterpartException(
          "the replacement '" + replacement + "' may name a group that there is not");
    }
  }

  private static Column exceptListed(MapAllStringsExceptListTransform t, Column text) {
    boolean refusesNull =
        t.getExceptions().contains(WORD_FOR_NULL) || t.getNewValue().contains(WORD_FOR_NULL);
    Column other = lit(t.getNewValue());
    return when(text.isNull(), refusesNull ? lit(null) : other)
        .when(text.isin(t.getExceptions().toArray()), text)
        .otherwise(other);
  }

  private static Column mapped(StringMapTransform t, Column text) {
    Column result = null;
    for (Map.Entry<String, String> entry : t.getMap().entrySet()) {
      Column matches = text.equalTo(lit(entry.getKey()));
      if (entry.getKey().equals(WORD_FOR_NULL) && !entry.getValue().contains(WORD_FOR_NULL)) {
        matches = text.isNull().or(matches);
      }
      Column value = lit(entry.getValue());
      result = result == null ? when(matches, value) : result.when(matches, value);
    }
    return result == null ? text : result.otherwise(text);
  }
}
