// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.sparkstrom.datavec.SparkSchemas.METADATA_KEY;

import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.metadata.BinaryMetaData;
import org.datavec.api.transform.metadata.BooleanMetaData;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.DoubleMetaData;
import org.datavec.api.transform.metadata.FloatMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.metadata.LongMetaData;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.datavec.api.transform.metadata.StringMetaData;
import org.datavec.api.transform.metadata.TimeMetaData;
import org.datavec.api.transform.schema.SequenceSchema;
import org.joda.time.DateTimeZone;

/**
 * One column's description in both worlds: a Spark field whose metadata spells out, key by key,
 * what DataVec's {@link ColumnMetaData} knows.
 */
final class ColumnMetadata {
  private static final String TYPE = "type";
  private static final String STATES = "states";
  private static final String TIME_ZONE = "timeZone";
  private static final String MIN = "min";
  private static final String MAX = "max";
  private static final String ALLOW_NAN = "allowNaN";
  private static final String ALLOW_INFINITE = "allowInfinite";
  private static final String SHAPE = "shape";
  private static final String REGEX = "regex";
  private static final String MIN_LENGTH = "minLength";
  private static final String MAX_LENGTH = "maxLength";
  private static final String SEQUENCE = "sequence";

  /** A row vector of any length. */
  private static final long[] ANY_VECTOR = {1, -1};

  private ColumnMetadata() {}

  static StructField toSpark(ColumnMetaData column) {
    MetadataBuilder details = new MetadataBuilder().putString(TYPE, column.getColumnType().name());
    if (column instanceof CategoricalMetaData c) {
      details.putStringArray(STATES, c.getStateNames().toArray(String[]::new));
    } else if (column instanceof TimeMetaData t) {
      details.putString(TIME_ZONE, t.getTimeZone().getID());
      putRange(details, t.getMinValidTime(), t.getMaxValidTime());
    } else if (column instanceof IntegerMetaData i) {
      putRange(details, i.getMinAllowedValue(), i.getMaxAllowedValue());
    } else if (column instanceof LongMetaData l) {
      putRange(details, l.getMinAllowedValue(), l.getMaxAllowedValue());
    } else if (column instanceof FloatMetaData f) {
      putRange(details, f.getMinAllowedValue(), f.getMaxAllowedValue());
      details.putBoolean(ALLOW_NAN, f.isAllowNaN()).putBoolean(ALLOW_INFINITE, f.isAllowInfinite());
    } else if (column instanceof DoubleMetaData d) {
      putRange(details, d.getMinAllowedValue(), d.getMaxAllowedValue());
      details.putBoolean(ALLOW_NAN, d.isAllowNaN()).putBoolean(ALLOW_INFINITE, d.isAllowInfinite());
    } else if (column instanceof StringMetaData s) {
      putText(details, s);
    } else if (column instanceof NDArrayMetaData n) {
      details.putLongArray(SHAPE, n.getShape());
    }
    Metadata metadata = new MetadataBuilder().putMetadata(METADATA_KEY, details.build()).build();
    return new StructField(column.getName(), sparkType(column.getColumnType()), true, metadata);
  }

  /** DataVec's view of a Spark column; empty when DataVec has no type for it. */
  static Optional<ColumnMetaData> toDataVec(StructField field) {
    ColumnMetaData plain = byType(field.name(), field.dataType());
    if (plain == null || !field.metadata().contains(METADATA_KEY)) {
      return Optional.ofNullable(plain);
    }
    ColumnMetaData described = described(field.name(), field.metadata().getMetadata(METADATA_KEY));
    // The column may have been cast since it was described: then its type speaks.
    return Optional.of(SparkSchemas.accepts(field.dataType(), described) ? described : plain);
  }

  /** The array column of a column of sequences, whose metadata also tells their lengths. */
  static StructField toSpark(ColumnMetaData column, SequenceSchema sequences) {
    StructField step = toSpark(column);
    MetadataBuilder lengths = new MetadataBuilder();
    putNumber(lengths, MIN_LENGTH, sequences.getMinSequenceLength());
    putNumber(lengths, MAX_LENGTH, sequences.getMaxSequenceLength());
    Metadata details =
        new MetadataBuilder()
            .withMetadata(step.metadata().getMetadata(METADATA_KEY))
            .putMetadata(SEQUENCE, lengths.build())
            .build();
    return new StructField(
        step.name(),
        new ArrayType(step.dataType(), true),
        true,
        new MetadataBuilder().putMetadata(METADATA_KEY, details).build());
  }

  /** Whether a column was described as one of sequences, and still is an array. */
  static boolean isSequence(StructField field) {
    return field.dataType() instanceof ArrayType
        && field.metadata().contains(METADATA_KEY)
        && field.metadata().getMetadata(METADATA_KEY).contains(SEQUENCE);
  }

  /** The column of one step of an array column, with what the metadata knows of it. */
  static StructField step(StructField field) {
    ArrayType array = (ArrayType) field.dataType();
    return new StructField(field.name(), array.elementType(), true, field.metadata());
  }

  /** The least length of the sequences that a column was described with; null when it has none. */
  static Integer minLength(StructField field) {
    return isSequence(field) ? intOrNull(lengths(field), MIN_LENGTH) : null;
  }

  /** The greatest length; null when there is none. */
  static Integer maxLength(StructField field) {
    return isSequence(field) ? intOrNull(lengths(field), MAX_LENGTH) : null;
  }

  private static Metadata lengths(StructField field) {
    return field.metadata().getMetadata(METADATA_KEY).getMetadata(SEQUENCE);
  }

  private static DataType sparkType(ColumnType type) {
    return switch (type) {
      case Integer -> DataTypes.IntegerType;
      case Long -> DataTypes.LongType;
      case Float -> DataTypes.FloatType;
      case Double -> DataTypes.DoubleType;
      case String, Categorical -> DataTypes.StringType;
      case Time -> DataTypes.TimestampType;
      case Boolean -> DataTypes.BooleanType;
      case Bytes -> DataTypes.BinaryType;
      case NDArray -> SQLDataTypes.VectorType();
    };
  }

  private static ColumnMetaData byType(String name, DataType type) {
    if (type instanceof DecimalType) {
      return new DoubleMetaData(name);
    }
    if (isNumberArray(type) || type.equals(SQLDataTypes.VectorType())) {
      return new NDArrayMetaData(name, ANY_VECTOR.clone());
    }
    return switch (type.typeName()) {
      case "byte", "short", "integer" -> new IntegerMetaData(name);
      case "long" -> new LongMetaData(name);
      case "float" -> new FloatMetaData(name);
      case "double" -> new DoubleMetaData(name);
      case "boolean" -> new BooleanMetaData(name);
      case "string" -> new StringMetaData(name);
      case "timestamp", "timestamp_ntz", "date" -> new TimeMetaData(name);
      case "binary" -> new BinaryMetaData(name);
      default -> null;
    };
  }

  static boolean isNumberArray(DataType type) {
    return type instanceof ArrayType array
        && (array.elementType().equals(DataTypes.DoubleType)
            || array.elementType().equals(DataTypes.FloatType));
  }

  private static ColumnMetaData described(String name, Metadata m) {
    return switch (ColumnType.valueOf(m.getString(TYPE))) {
      case Integer -> new IntegerMetaData(name, intOrNull(m, MIN), intOrNull(m, MAX));
      case Long -> new LongMetaData(name, longOrNull(m, MIN), longOrNull(m, MAX));
      case Float ->
          new FloatMetaData(
              name,
              m.contains(MIN) ? (Float) (float) m.getDouble(MIN) : null,
              m.contains(MAX) ? (Float) (float) m.getDouble(MAX) : null,
              m.getBoolean(ALLOW_NAN),
              m.getBoolean(ALLOW_INFINITE));
      case Double ->
          new DoubleMetaData(
              name,
              m.contains(MIN) ? (Double) m.getDouble(MIN) : null,
              m.contains(MAX) ? (Double) m.getDouble(MAX) : null,
              m.getBoolean(ALLOW_NAN),
              m.getBoolean(ALLOW_INFINITE));
      case String ->
          new StringMetaData(
              name,
              m.contains(REGEX) ? m.getString(REGEX) : null,
              intOrNull(m, MIN_LENGTH),
              intOrNull(m, MAX_LENGTH));
      case Categorical -> new CategoricalMetaData(name, List.of(m.getStringArray(STATES)));
      case Time ->
          new TimeMetaData(
              name,
              DateTimeZone.forID(m.getString(TIME_ZONE)),
              longOrNull(m, MIN),
              longOrNull(m, MAX));
      case Boolean -> new BooleanMetaData(name);
      case Bytes -> new BinaryMetaData(name);
      case NDArray -> new NDArrayMetaData(name, m.getLongArray(SHAPE));
    };
  }

  private static void putRange(MetadataBuilder details, Number min, Number max) {
    putNumber(details, MIN, min);
    putNumber(details, MAX, max);
  }

  private static void putText(MetadataBuilder details, StringMetaData text) {
    if (text.getRegex() != null) {
      details.putString(REGEX, text.getRegex());
    }
    putNumber(details, MIN_LENGTH, text.getMinLength());
    putNumber(details, MAX_LENGTH, text.getMaxLength());
  }

  private static void putNumber(MetadataBuilder details, String key, Number value) {
    if (value instanceof Float || value instanceof Double) {
      details.putDouble(key, value.doubleValue());
    } else if (value != null) {
      details.putLong(key, value.longValue());
    }
  }

  private static Integer intOrNull(Metadata m, String key) {
    return m.contains(key) ? (Integer) Math.toIntExact(m.getLong(key)) : null;
  }

  private static Long longOrNull(Metadata m, String key) {
    return m.contains(key) ? (Long) m.getLong(key) : null;
  }
}
