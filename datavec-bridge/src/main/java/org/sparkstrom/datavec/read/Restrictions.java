// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.DataVecTransform;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.SparkSchemas;

/** What a schema says of its values beyond their types: states, ranges, lengths, patterns. */
final class Restrictions {
  private static final List<String> KEYS =
      List.of("states", "min", "max", "regex", "minLength", "maxLength");

  private Restrictions() {}

  /** The columns of a schema in Spark, where text can hold them. */
  static StructType textColumns(Schema schema, String format) {
    StructType columns = SparkSchemas.toSpark(schema);
    for (ColumnMetaData column : schema.getColumnMetaData()) {
      ColumnType type = column.getColumnType();
      if (type == ColumnType.NDArray || type == ColumnType.Bytes) {
        throw new IllegalArgumentException(
            format
                + ": column '"
                + column.getName()
                + "' is "
                + type
                + ", which text does not hold; read it as String and convert it in a"
                + " TransformProcess");
      }
    }
    return columns;
  }

  /** The rows, held against the schema where it restricts anything. */
  static Dataset<Row> apply(Dataset<Row> rows, Schema schema, HandleInvalid policy) {
    boolean restricted =
        Arrays.stream(SparkSchemas.toSpark(schema).fields()).anyMatch(Restrictions::isRestricted);
    return restricted
        ? DataVecTransform.of(new TransformProcess.Builder(schema).build())
            .withHandleInvalid(policy)
            .apply(rows)
        : rows;
  }

  private static boolean isRestricted(StructField field) {
    Metadata known = field.metadata().getMetadata(SparkSchemas.METADATA_KEY);
    return KEYS.stream().anyMatch(known::contains);
  }
}
