// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.RefusedValueException;
import org.sparkstrom.datavec.read.LineTable.Origin;

/**
 * Lines, such as those of a log, as rows: the groups of a regular expression that matches a whole
 * line are the columns of a schema, as in DataVec's RegexLineRecordReader, with their types.
 *
 * <p>A group that took no part is null; an empty one is null for all types but String and
 * Categorical. A line that does not match, or a group that is no value of its column, is a bad
 * line: error fails the job and shows file, line and reason; skip leaves the line out; keep gives
 * null for the group, or for all columns where the line does not match. Immutable.
 */
public final class RegexLines {
  private final Schema schema;
  private final Pattern pattern;
  private final HandleInvalid policy;

  private RegexLines(Schema schema, Pattern pattern, HandleInvalid policy) {
    this.schema = schema;
    this.pattern = pattern;
    this.policy = policy;
  }

  /**
   * A reader of lines, with {@link HandleInvalid#ERROR}.
   *
   * @throws IllegalArgumentException when the groups are not as many as the columns, or text cannot
   *     hold a column
   */
  public static RegexLines of(Schema schema, String regex) {
    Objects.requireNonNull(schema, "schema");
    Pattern pattern = Pattern.compile(Objects.requireNonNull(regex, "regex"));
    Restrictions.textColumns(schema, "RegexLines");
    int groups = pattern.matcher("").groupCount();
    if (groups != schema.numColumns()) {
      throw new IllegalArgumentException(
          "the expression must have a group for each of the "
              + schema.numColumns()
              + " columns "
              + schema.getColumnNames()
              + ", but has "
              + groups
              + ": "
              + regex
              + "; write (?:...) for groups that are no columns");
    }
    return new RegexLines(schema, pattern, HandleInvalid.ERROR);
  }

  /** The same reader under another policy for bad lines. */
  public RegexLines withHandleInvalid(HandleInvalid handleInvalid) {
    return new RegexLines(schema, pattern, Objects.requireNonNull(handleInvalid, "handleInvalid"));
  }

  /** The lines of these files or folders. */
  public Dataset<Row> read(SparkSession spark, String... paths) {
    return parse(spark.read().text(paths), LineTable.TEXT, Origin.FILE);
  }

  /** The lines of a folder's files, and of those that will come. */
  public Dataset<Row> readStream(SparkSession spark, String path) {
    return parse(spark.readStream().text(path), LineTable.TEXT, Origin.FILE);
  }

  /** The columns of lines that stand in a string column, behind the data's other columns. */
  public Dataset<Row> parse(Dataset<?> data, String column) {
    return parse(data, column, Origin.COLUMN);
  }

  private Dataset<Row> parse(Dataset<?> data, String column, Origin origin) {
    StructType columns = Restrictions.textColumns(schema, "RegexLines");
    List<ColumnType> types = List.copyOf(schema.getColumnTypes());
    LineTable table =
        new LineTable(
            "RegexLines",
            columns,
            new LineParser(pattern, List.of(columns.fieldNames()), types, policy),
            policy);
    Dataset<Row> lines = table.lines(data, column);
    Column line = MadeColumn.at(lines, table.place(data, column));
    return Restrictions.apply(table.parse(data, column, lines, line, origin), schema, policy);
  }

  private record LineParser(
      Pattern pattern, List<String> names, List<ColumnType> types, HandleInvalid policy)
      implements ColumnFunction {

    @Override
    public Object apply(Object line) {
      Matcher matcher = pattern.matcher((String) line);
      if (!matcher.matches()) {
        throw new RefusedValueException("the line does not match " + pattern);
      }
      List<Object> values = new ArrayList<>(types.size());
      for (int i = 0; i < types.size(); i++) {
        values.add(value(i, matcher.group(i + 1)));
      }
      return RowFactory.create(values.toArray());
    }

    private Object value(int column, String text) {
      try {
        return TextValue.of(types.get(column), text);
      } catch (IllegalArgumentException e) {
        if (policy == HandleInvalid.KEEP) {
          return null;
        }
        throw new RefusedValueException(
            "column '"
                + names.get(column)
                + "' "
                + types.get(column)
                + " cannot hold '"
                + text
                + "': "
                + e.getMessage(),
            e);
      }
    }
  }
}
