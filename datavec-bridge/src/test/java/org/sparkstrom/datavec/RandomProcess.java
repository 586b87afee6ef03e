// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.categorical.CategoricalToIntegerTransform;
import org.datavec.api.transform.transform.categorical.CategoricalToOneHotTransform;
import org.datavec.api.transform.transform.categorical.FirstDigitTransform;
import org.datavec.api.transform.transform.categorical.IntegerToCategoricalTransform;
import org.datavec.api.transform.transform.categorical.StringToCategoricalTransform;
import org.datavec.api.transform.transform.column.AddConstantColumnTransform;
import org.datavec.api.transform.transform.column.DuplicateColumnsTransform;
import org.datavec.api.transform.transform.column.RemoveAllColumnsExceptForTransform;
import org.datavec.api.transform.transform.column.RemoveColumnsTransform;
import org.datavec.api.transform.transform.column.RenameColumnsTransform;
import org.datavec.api.transform.transform.column.ReorderColumnsTransform;
import org.datavec.api.transform.transform.condition.ConditionalCopyValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.transform.transform.doubletransform.ConvertToDouble;
import org.datavec.api.transform.transform.doubletransform.DoubleColumnsMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathFunctionTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.Log2Normalizer;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.doubletransform.SubtractMeanNormalizer;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.floattransform.FloatColumnsMathOpTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathFunctionTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathOpTransform;
import org.datavec.api.transform.transform.integer.ConvertToInteger;
import org.datavec.api.transform.transform.integer.IntegerColumnsMathOpTransform;
import org.datavec.api.transform.transform.integer.IntegerMathOpTransform;
import org.datavec.api.transform.transform.integer.IntegerToOneHotTransform;
import org.datavec.api.transform.transform.integer.ReplaceEmptyIntegerWithValueTransform;
import org.datavec.api.transform.transform.integer.ReplaceInvalidWithIntegerTransform;
import org.datavec.api.transform.transform.longtransform.LongColumnsMathOpTransform;
import org.datavec.api.transform.transform.longtransform.LongMathOpTransform;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.AppendStringColumnTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.ConvertToString;
import org.datavec.api.transform.transform.string.MapAllStringsExceptListTransform;
import org.datavec.api.transform.transform.string.RemoveWhiteSpaceTransform;
import org.datavec.api.transform.transform.string.ReplaceEmptyStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;
import org.datavec.api.transform.transform.string.StringMapTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.StringToTimeTransform;
import org.datavec.api.transform.transform.time.TimeMathOpTransform;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/** Random schemas, processes over them, and rows, all from one random source. */
final class RandomProcess {
  private static final List<String> NAMES =
      List.of("a", "A", "a.b", "x[1]", "`t`", "ü \"q\"", "漢", "c0", "d1", "*", " ", "p0");

  /** DataVec's YAML changes them in keys of maps. */
  private static final Pattern LINE_SEPARATORS = Pattern.compile("[\u0085\u2028\u2029]");

  private static final List<String> REGEXES =
      List.of("[a-f]+|\\s", ".", "\\p{L}", "\\p{M}+", "^.|.$", "(?u)\\b", "[^\\x00-\\x7F]", "\\R");
  private static final List<DateTimeFieldType> FIELDS =
      List.of(
          DateTimeFieldType.hourOfDay(),
          DateTimeFieldType.year(),
          DateTimeFieldType.dayOfMonth(),
          DateTimeFieldType.dayOfYear(),
          DateTimeFieldType.dayOfWeek(),
          DateTimeFieldType.minuteOfDay(),
          DateTimeFieldType.minuteOfHour(),
          DateTimeFieldType.secondOfDay(),
          DateTimeFieldType.secondOfMinute(),
          DateTimeFieldType.millisOfDay(),
          DateTimeFieldType.millisOfSecond(),
          DateTimeFieldType.hourOfHalfday(),
          DateTimeFieldType.clockhourOfDay(),
          DateTimeFieldType.weekOfWeekyear(),
          DateTimeFieldType.yearOfEra(),
          DateTimeFieldType.centuryOfEra());
  private static final List<String> TIME_FORMATS =
      List.of(
          "yyyy-MM-dd",
          "YYYY-MM-dd",
          "YYYY-MM-dd HH:mm:ss",
          "yyyy-MM-dd HH:mm:ss",
          "yyyy-MM-dd' 'HH:mm:ss",
          "y-M-d H:m:s",
          "yyyy-dd-MM",
          "yyyyMMdd",
          "yyyy-MM");
  private static final List<String> ZONES =
      List.of("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/London");

  private final Random random;
  private final RandomConditions conditions;
  private final RandomTexts texts;
  private final RandomArrays arrays;
  private int made;

  RandomProcess(Random random) {
    this.random = random;
    this.conditions = new RandomConditions(random, this);
    this.texts = new RandomTexts(random, this);
    this.arrays = new RandomArrays(random, this);
  }

  Schema schema() {
    Schema.Builder builder = new Schema.Builder();
    int count = 3 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      String name = NAMES.get(i);
      switch (random.nextInt(8)) {
        case 0 ->
            builder.addColumnInteger(name, chance(3) ? -100 : null, chance(3) ? 1 << 20 : null);
        case 1 -> builder.addColumnLong(name, chance(4) ? -5L : null, null);
        case 2 -> builder.addColumnFloat(name);
        case 3 ->
            builder.addColumnDouble(
                name, chance(4) ? -10.0 : null, chance(4) ? 1e9 : null, chance(2), chance(2));
        case 4 -> builder.addColumnString(name, null, null, chance(4) ? 6 : null);
        case 5 -> builder.addColumnCategorical(name, "x", "", "7", "ü\"");
        case 6 -> builder.addColumnTime(name, DateTimeZone.forID(any(ZONES)));
        default -> builder.addColumnBoolean(name);
      }
    }
    if (chance(5)) {
      arrays.addColumns(builder);
    }
    return builder.build();
  }

  /**
   * A process of about this many steps; those that DataVec itself refuses to build are left out.
   */
  TransformProcess process(Schema schema, int length) {
    List<DataAction> actions = new ArrayList<>();
    Schema current = schema;
    for (int i = 0; i < length; i++) {
      try {
        current = addStep(actions, current);
      } catch (NothingToDoException
          | IllegalStateException
          | ArithmeticException
          | UnsupportedOperationException e) {
        // no column for it, or no result, as of a division of a range's end by zero
      }
    }
    return new TransformProcess(schema, actions);
  }

  private Schema addStep(List<DataAction> actions, Schema current) {
    if (chance(7)) {
      actions.add(new DataAction(filter(current)));
      return current;
    }
    Transform transform = transform(current);
    transform.setInputSchema(current);
    Schema next = transform.transform(current);
    if (new HashSet<>(next.getColumnNames()).size() < next.numColumns()) {
      return current;
    }
    actions.add(new DataAction(transform));
    return next;
  }

  List<Row> rows(Schema schema, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Object[] values = new Object[schema.numColumns()];
      for (int c = 0; c < values.length; c++) {
        values[c] = chance(12) ? null : value(schema.getMetaData(c));
      }
      rows.add(RowFactory.create(values));
    }
    return rows;
  }

  /** A value of a column, rather often an extreme one. */
  Object value(ColumnMetaData column) {
    return switch (column.getColumnType()) {
      case Integer -> integer();
      case Long -> whole();
      case Float -> single();
      case Double -> number();
      case Boolean -> random.nextBoolean();
      case Categorical -> chance(8) ? text() : any(((CategoricalMetaData) column).getStateNames());
      case String -> text();
      case Time ->
          Instant.ofEpochMilli(
              chance(10)
                  ? random.nextLong() >> 12
                  : (long) (random.nextGaussian() * 1e12) + random.nextInt(1000));
      case NDArray -> arrays.value((NDArrayMetaData) column);
      case Bytes -> throw new IllegalArgumentException("no values of " + column);
    };
  }

  int integer() {
    return switch (random.nextInt(6)) {
      case 0 -> any(List.of(0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE));
      case 1 -> random.nextInt();
      default -> random.nextInt(21) - 10;
    };
  }

  long whole() {
    return switch (random.nextInt(6)) {
      case 0 -> any(List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1));
      case 1 -> random.nextLong();
      default -> random.nextInt(21) - 10;
    };
  }

  double number() {
    return switch (random.nextInt(8)) {
      case 0 ->
          any(
              List.of(
                  0.0,
                  -0.0,
                  Double.NaN,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY,
                  Double.MIN_VALUE,
                  -Double.MIN_NORMAL / 3,
                  -Double.MAX_VALUE,
                  9007199254740992.0));
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 3 -> random.nextInt(21) - 10;
      default -> random.nextGaussian() * 5;
    };
  }

  /** A number of 32 bits, as extreme as those of 64. */
  float single() {
    return switch (random.nextInt(8)) {
      case 0 ->
          any(List.of(Float.MIN_VALUE, -Float.MIN_NORMAL / 3, Float.MAX_VALUE, 16777216f, -0f));
      case 1 -> Float.intBitsToFloat(random.nextInt());
      default -> (float) number();
    };
  }

  String text() {
    return texts.any();
  }

  boolean chance(int oneOf) {
    return random.nextInt(oneOf) == 0;
  }

  <T> T any(List<T> list) {
    if (list.isEmpty()) {
      throw new NothingToDoException();
    }
    return list.get(random.nextInt(list.size()));
  }

  /** The name of some column that fits. */
  String column(Schema schema, Predicate<ColumnMetaData> fits) {
    return any(
        schema.getColumnMetaData().stream().filter(fits).map(ColumnMetaData::getName).toList());
  }

  String column(Schema schema, ColumnType... types) {
    Set<ColumnType> wanted = Set.of(types);
    return column(schema, c -> wanted.contains(c.getColumnType()));
  }

  /** There is no column for the step that was drawn. */
  static final class NothingToDoException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private org.datavec.api.transform.filter.Filter filter(Schema schema) {
    var filter =
        chance(4)
            ? new FilterInvalidValues(column(schema, c -> true))
            : new ConditionFilter(conditions.any(schema, 2));
    filter.setInputSchema(schema);
    return filter;
  }

  private Transform transform(Schema s) {
    if (chance(3) && s.getColumnTypes().contains(ColumnType.NDArray)) {
      return arrays.transform(s);
    }
    return switch (random.nextInt(7)) {
      case 0 -> structure(s);
      case 1 -> conversion(s);
      case 2 -> constantMath(s);
      case 3 -> chance(2) ? columnMath(s) : function(s);
      case 4 -> text(s);
      case 5 -> chance(2) ? category(s) : time(s);
      default -> conditional(s);
    };
  }

  private Transform structure(Schema s) {
    String some = column(s, c -> true);
    String other = column(s, c -> true);
    boolean two = chance(3) && !some.equals(other);
    return switch (random.nextInt(6)) {
      case 0 ->
          two
              ? new RenameColumnsTransform(List.of(some, other), List.of(other, some))
              : new RenameColumnsTransform(some, fresh());
      case 1 -> two ? new RemoveColumnsTransform(some, other) : new RemoveColumnsTransform(some);
      case 2 -> {
        List<String> kept = new ArrayList<>(s.getColumnNames());
        kept.remove(random.nextInt(kept.size()));
        yield new RemoveAllColumnsExceptForTransform(
            kept.isEmpty() ? new String[] {some} : kept.toArray(String[]::new));
      }
      case 3 -> two ? new ReorderColumnsTransform(some, other) : new ReorderColumnsTransform(some);
      case 4 ->
          two
              ? new DuplicateColumnsTransform(List.of(some, other), List.of(fresh(), fresh()))
              : new DuplicateColumnsTransform(List.of(some), List.of(fresh()));
      default -> {
        ColumnMetaData like =
            s.getMetaData(column(s, c -> c.getColumnType() != ColumnType.Categorical));
        yield new AddConstantColumnTransform(
            fresh(), like.getColumnType(), conditions.constant(like));
      }
    };
  }

  private Transform conversion(Schema s) {
    String some = column(s, c -> true);
    return switch (random.nextInt(5)) {
      case 0 -> new ConvertToInteger(some);
      case 1 -> new ConvertToFloat(some);
      case 2 -> new ConvertToDouble(some);
      case 3 -> new ConvertToString(some);
      default ->
          chance(3)
              ? new ParseDoubleTransform()
              : new ReplaceEmptyIntegerWithValueTransform(
                  chance(5) ? some : column(s, ColumnType.Integer), integer());
    };
  }

  private Transform constantMath(Schema s) {
    MathOp op = any(List.of(MathOp.values()));
    return switch (random.nextInt(8)) {
      case 0 -> new IntegerMathOpTransform(column(s, ColumnType.Integer), op, integer());
      case 1 -> new LongMathOpTransform(column(s, ColumnType.Long), op, whole());
      case 2 -> new FloatMathOpTransform(column(s, ColumnType.Float), op, (float) constant());
      case 3 -> new DoubleMathOpTransform(column(s, ColumnType.Double), op, constant());
      case 4 -> new MinMaxNormalizer(number(s), constant(), constant(), constant(), constant());
      case 5 -> new StandardizeNormalizer(number(s), constant(), constant());
      case 6 -> new SubtractMeanNormalizer(number(s), constant());
      default -> new Log2Normalizer(number(s), constant(), constant(), constant());
    };
  }

  private Transform columnMath(Schema s) {
    MathOp op =
        any(List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide, MathOp.Modulus));
    String[] operands = {number(s), number(s)};
    return switch (random.nextInt(4)) {
      case 0 -> new IntegerColumnsMathOpTransform(fresh(), op, operands);
      case 1 -> new LongColumnsMathOpTransform(fresh(), op, operands);
      case 2 -> new FloatColumnsMathOpTransform(fresh(), op, operands);
      default -> new DoubleColumnsMathOpTransform(fresh(), op, operands);
    };
  }

  private Transform function(Schema s) {
    MathFunction function = any(List.of(MathFunction.values()));
    return chance(2)
        ? new DoubleMathFunctionTransform(number(s), function)
        : new FloatMathFunctionTransform(number(s), function);
  }

  private Transform text(Schema s) {
    String some = chance(3) ? column(s, c -> true) : column(s, ColumnType.String);
    Map<String, String> map = new HashMap<>();
    map.put(LINE_SEPARATORS.matcher(text()).replaceAll(""), text());
    map.put(text(), "x");
    return switch (random.nextInt(10)) {
      case 0 -> new AppendStringColumnTransform(some, text());
      case 1 ->
          new ChangeCaseStringTransform(
              some, any(List.of(ChangeCaseStringTransform.CaseType.values())));
      case 2 -> new ConcatenateStringColumns(fresh(), text(), some, column(s, c -> true));
      case 3 -> new MapAllStringsExceptListTransform(some, text(), List.of(text(), text(), "x"));
      case 4 -> new RemoveWhiteSpaceTransform(some);
      case 5 -> new ReplaceEmptyStringTransform(some, text());
      case 6 ->
          new ReplaceStringTransform(
              some, Map.of(any(REGEXES), any(List.of("_", "", "$0!", "😀", "\\$"))));
      case 7 -> new StringMapTransform(some, map);
      case 8 ->
          new StringListToCategoricalSetTransform(
              column(s, ColumnType.String), List.of(fresh(), fresh()), List.of("x", "7"), ",");
      default -> chance(2) ? arrays.ofText(s) : new AppendStringColumnTransform(some, text());
    };
  }

  private Transform category(Schema s) {
    return switch (random.nextInt(6)) {
      case 0 -> new CategoricalToIntegerTransform(column(s, ColumnType.Categorical));
      case 1 -> new CategoricalToOneHotTransform(column(s, ColumnType.Categorical));
      case 2 -> new IntegerToOneHotTransform(column(s, ColumnType.Integer), -3, 4);
      case 3 ->
          new IntegerToCategoricalTransform(
              column(s, ColumnType.Integer), Map.of(0, "zero", 1, "", -1, "ü", 5, "5"));
      case 4 ->
          new StringToCategoricalTransform(column(s, ColumnType.String), "x", "", "true", "7");
      default -> {
        String source = column(s, c -> true);
        yield new FirstDigitTransform(
            source, chance(2) ? source : fresh(), any(List.of(FirstDigitTransform.Mode.values())));
      }
    };
  }

  private Transform time(Schema s) {
    DateTimeZone zone = DateTimeZone.forID(any(ZONES));
    return switch (random.nextInt(4)) {
      case 0 -> new StringToTimeTransform(column(s, ColumnType.String), any(TIME_FORMATS), zone);
      case 1 ->
          new StringToTimeTransform(column(s, ColumnType.String), zone, java.util.Locale.FRANCE);
      case 2 -> timeMath(column(s, ColumnType.Time));
      default ->
          new DeriveColumnsFromTimeTransform.Builder(column(s, ColumnType.Time))
              .insertAfter(column(s, c -> true))
              .addIntegerDerivedColumn(fresh(), any(FIELDS))
              .addIntegerDerivedColumn(fresh(), any(FIELDS))
              .addStringDerivedColumn(fresh(), "yyyy MMM dd HH:mm", zone)
              .build();
    };
  }

  private Transform timeMath(String column) {
    return chance(2)
        ? new TimeMathOpTransform(
            column,
            any(List.of(MathOp.Add, MathOp.Subtract, MathOp.ScalarMin, MathOp.ScalarMax)),
            chance(5) ? whole() : random.nextInt(2_000_000_000),
            TimeUnit.MILLISECONDS)
        : new TimeMathOpTransform(
            column,
            any(List.of(MathOp.Add, MathOp.Subtract)),
            chance(5) ? whole() : random.nextInt(100_000),
            any(List.of(TimeUnit.values())));
  }

  private Transform conditional(Schema s) {
    String some = column(s, c -> true);
    ColumnMetaData meta = s.getMetaData(some);
    ColumnMetaData like = chance(20) ? s.getMetaData(column(s, c -> true)) : meta;
    return switch (random.nextInt(4)) {
      case 0 ->
          new ConditionalReplaceValueTransform(
              some, conditions.constant(like), conditions.any(s, 2));
      case 1 ->
          new ConditionalReplaceValueTransformWithDefault(
              some, conditions.constant(meta), conditions.constant(like), conditions.any(s, 1));
      case 2 ->
          new ConditionalCopyValueTransform(
              some,
              column(
                  s,
                  c ->
                      c.getColumnType() == meta.getColumnType()
                          && RandomArrays.isSameShape(meta, c)),
              conditions.any(s, 2));
      default -> new ReplaceInvalidWithIntegerTransform(column(s, ColumnType.Integer), integer());
    };
  }

  /** A column that mostly holds numbers. */
  private String number(Schema s) {
    return chance(10)
        ? column(s, c -> true)
        : column(s, ColumnType.Integer, ColumnType.Long, ColumnType.Float, ColumnType.Double);
  }

  private double constant() {
    return chance(6) ? any(List.of(0.0, -0.0, 1.0, -1.0)) : random.nextGaussian() * 10;
  }

  String fresh() {
    return "new " + made++;
  }
}
