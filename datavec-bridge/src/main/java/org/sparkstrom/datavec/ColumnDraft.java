// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;

/**
 * A run of compiled steps while it is written: the expressions of the columns so far, and what a
 * row must satisfy to be valid.
 *
 * <p>Every expression gets a name, by which later ones refer to it: {@link ExpressionLayers} puts
 * them into {@code select}s such that nothing is written, or computed, twice. A null in a column
 * that {@link #mustNotBeNull} names, or a false in one that {@link #mustHold} names, makes the row
 * invalid at the next {@link #filter} or {@link #settle}: not later, because a filter must not
 * remove a row that an earlier step refused, and not earlier, because Spark should compute a row in
 * one go. Under {@link HandleInvalid#KEEP} the nulls are the result.
 *
 * <p>Spark's optimizer moves a filter below the {@code select}s under it and puts their expressions
 * into it, again and again, so that a chain of steps which each look twice at a column would grow
 * by powers of two. It does not where a {@code select} has an expression that is called
 * non-deterministic, so what a filter asks is a column of its own, computed by such an expression.
 *
 * <p>Not thread-safe. Works on names alone; {@link #applyTo} brings in the data.
 */
final class ColumnDraft {
  private static final Column WORD_FOR_NULL = lit(NullWritable.INSTANCE.toString());

  /** The column that tells which rows go on. */
  private static final String GOES_ON = "ok";

  /** More conditions than this on a valid row become one, so that few columns are carried along. */
  private static final int MAX_OPEN_CONDITIONS = 8;

  /** The layers that a filter of the user may be put through by Spark's optimizer. */
  private static final int MAX_OPEN_LAYERS = 8;

  private final HandleInvalid policy;
  private final Column refusal;
  private final List<String> carried;
  private final ExpressionLayers layers = new ExpressionLayers();
  private final Set<String> notNull = new LinkedHashSet<>();
  private final Set<String> holding = new LinkedHashSet<>();
  private final Set<String> inUse = new LinkedHashSet<>();
  private final List<UnaryOperator<Dataset<Row>>> operations = new ArrayList<>();
  private Schema schema;
  private List<String> cells;
  private int layersSinceFilter;

  /**
   * A draft over columns that exist.
   *
   * @param schema what the columns are to DataVec
   * @param cells the names of the schema's columns
   * @param carried the names of further columns that must be kept
   * @param refusal the expression that ends an invalid row: throws, or is false
   * @throws NoCounterpartException when a column has no {@link ValueKind}
   */
  ColumnDraft(
      Schema schema,
      List<String> cells,
      List<String> carried,
      HandleInvalid policy,
      Column refusal) {
    this.schema = schema;
    this.cells = List.copyOf(cells);
    this.carried = List.copyOf(carried);
    this.policy = policy;
    this.refusal = refusal;
    requireKinds(schema);
  }

  Schema schema() {
    return schema;
  }

  /** The names of the schema's columns. */
  List<String> cells() {
    return cells;
  }

  int indexOf(String column) {
    return schema.getIndexOfColumn(column);
  }

  ValueKind kind(int column) {
    return kindOf(schema.getMetaData(column));
  }

  /** The values of a column, in the type of their kind. */
  Column value(int column) {
    return reference(cells.get(column));
  }

  /** What {@code toString} gives of a column's writables; null for null. */
  Column text(int column) {
    return switch (kind(column)) {
      case TEXT -> value(column);
      case BYTES -> throw new NoCounterpartException("it reads bytes as text");
      default -> value(column).cast(ValueKind.TEXT.type());
    };
  }

  /** What {@code toString} gives of a column's writables, where a null is DataVec's word for it. */
  Column textWithWordForNull(int column) {
    return coalesce(text(column), WORD_FOR_NULL);
  }

  /** What {@code toInt}, {@code toLong} and so on give; null where they throw. */
  Column number(int column, ValueKind target) {
    return switch (kind(column)) {
      case TEXT -> TextNumber.parse(this, value(column), target);
      case BYTES -> throw new NoCounterpartException("it reads bytes as a number");
      default ->
          kind(column) == target
              ? value(column)
              : JavaArithmetic.convert(value(column), target.type());
    };
  }

  /**
   * Gives an expression a name by which {@link #reference} finds it. It may refer to the columns
   * that were asked for since the step began.
   */
  String define(Column expression) {
    return layers.define(expression, inUse);
  }

  /** The column of this name, usable until the step ends. */
  Column reference(String name) {
    inUse.add(name);
    return col(name);
  }

  /** Rows with a null in this column are invalid. */
  void mustNotBeNull(String name) {
    if (policy != HandleInvalid.KEEP) {
      notNull.add(name);
      boundConditions();
    }
  }

  /** Rows for which this expression is false or null are invalid. */
  void mustHold(Column condition) {
    if (policy != HandleInvalid.KEEP) {
      holding.add(define(condition));
      boundConditions();
    }
  }

  /** Ends a step that leaves these columns. */
  void become(Schema output, List<String> columns) {
    requireKinds(output);
    if (output.numColumns() != columns.size()) {
      throw new IllegalStateException(
          columns.size() + " columns for a schema of " + output.numColumns());
    }
    schema = output;
    cells = List.copyOf(columns);
    inUse.clear();
  }

  /**
   * Ends a step that replaces one column by an expression that is null where the step throws, and
   * where the column was null.
   */
  void replace(int column, Column expression, Schema output) {
    String before = cells.get(column);
    replaceNullToo(column, expression, output);
    if (!cells.contains(before)) {
      notNull.remove(before); // one check is enough
    }
  }

  /**
   * Ends a step that replaces one column by an expression that is null where the step throws, but
   * may have a value where the column was null.
   */
  void replaceNullToo(int column, Column expression, Schema output) {
    String after = define(expression);
    List<String> columns = new ArrayList<>(cells);
    columns.set(column, after);
    become(output, columns);
    mustNotBeNull(after);
  }

  /** Ends a step that appends a column by an expression that is null where the step throws. */
  void append(Column expression, Schema output) {
    String name = define(expression);
    List<String> columns = new ArrayList<>(cells);
    columns.add(name);
    become(output, columns);
    mustNotBeNull(name);
  }

  /** Removes the rows for which this is true; null is a filter that throws. */
  void filter(Column removed) {
    Column kept = not(removed);
    if (policy == HandleInvalid.KEEP) {
      boolean plain = inUse.stream().allMatch(name -> layers.layer(name) == 0);
      Column decided = coalesce(kept, lit(true));
      flush();
      where(plain ? decided : when(decided, lit(true)).otherwise(refusal));
    } else {
      flush();
      Column decided = coalesce(kept, refusal);
      where(valid().map(v -> when(v, decided).otherwise(refusal)).orElse(decided));
    }
    checked();
  }

  /** Ends invalid rows, and the select under way. */
  void settle() {
    flush();
    Optional<Column> valid = valid();
    if (valid.isPresent()) {
      where(when(valid.get(), lit(true)).otherwise(refusal));
    } else if (layersSinceFilter > MAX_OPEN_LAYERS) {
      where(KeptRow.column());
    }
    checked();
  }

  /** The rows after all that was drafted and settled. */
  Dataset<Row> applyTo(Dataset<Row> rows) {
    Dataset<Row> result = rows;
    for (UnaryOperator<Dataset<Row>> operation : operations) {
      result = operation.apply(result);
    }
    return result;
  }

  /** All conditions on a valid row as one. */
  private Optional<Column> valid() {
    return all(notNull, holding);
  }

  private static Optional<Column> all(Set<String> notNull, Set<String> holding) {
    Stream<Column> present = notNull.stream().map(name -> col(name).isNotNull());
    Stream<Column> met = holding.stream().map(name -> coalesce(col(name), lit(false)));
    return Stream.concat(present, met).reduce(Column::and);
  }

  /** Makes one of many conditions; those on columns that are carried along anyway stay. */
  private void boundConditions() {
    Set<String> absent = new LinkedHashSet<>(notNull);
    absent.removeAll(new HashSet<>(cells));
    if (absent.size() + holding.size() > MAX_OPEN_CONDITIONS) {
      Set<String> uses = new LinkedHashSet<>(absent);
      uses.addAll(holding);
      String all = layers.define(all(absent, holding).orElseThrow(), uses);
      notNull.removeAll(absent);
      holding.clear();
      holding.add(all);
    }
  }

  private void checked() {
    notNull.clear();
    holding.clear();
    inUse.clear();
    layersSinceFilter = 0;
  }

  private void where(Column condition) {
    operations.add(rows -> rows.withColumn(GOES_ON, condition).where(col(GOES_ON)));
  }

  private void flush() {
    Set<String> names = new LinkedHashSet<>(carried);
    names.addAll(cells);
    names.addAll(notNull);
    names.addAll(holding);
    names.addAll(inUse);
    for (Column[] columns : layers.take(names)) {
      operations.add(rows -> rows.select(columns));
      layersSinceFilter++;
    }
  }

  private static void requireKinds(Schema schema) {
    schema.getColumnMetaData().forEach(ColumnDraft::kindOf);
  }

  private static ValueKind kindOf(ColumnMetaData column) {
    return ValueKind.of(column.getColumnType())
        .orElseThrow(
            () -> new NoCounterpartException("column '" + column.getName() + "' is an NDArray"));
  }
}
