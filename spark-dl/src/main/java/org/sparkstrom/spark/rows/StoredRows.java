// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.GetColumnByOrdinal;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.KnownNotNull;
import org.apache.spark.sql.catalyst.expressions.KnownNullable;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * Maps the partitions of a DataFrame while its rows stay as Spark stores them, and appends columns.
 *
 * <p>It is a typed mapPartitions with an encoder that neither decodes nor encodes: through Spark's
 * encoder of {@code Row} a vector of 784 numbers is copied six times and checked twice, for columns
 * that nobody has changed. So it is as lazy as that and works on streaming DataFrames.
 */
public final class StoredRows {

  private StoredRows() {}

  /**
   * The input with columns appended.
   *
   * @param readers read the columns that the function asks for
   * @param appended the new columns, in order
   * @param function runs in a task for each partition
   */
  public static Dataset<Row> append(
      Dataset<?> input,
      List<StoredReader> readers,
      List<StructField> appended,
      RowsFunction function) {
    StructType before = input.schema();
    StructType after = before;
    for (StructField field : appended) {
      after = after.add(field);
    }
    Dataset<Row> data =
        input
            .toDF()
            .as(encoder(before))
            .mapPartitions(
                new RowsTask(before, List.copyOf(readers), List.copyOf(appended), function),
                encoder(after))
            .toDF();
    return named(data, after);
  }

  /** The data with the names and the metadata of this schema; columns by place. */
  private static Dataset<Row> named(Dataset<Row> data, StructType schema) {
    StructField[] fields = schema.fields();
    Column[] columns = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Column column = functions.col(place(i));
      columns[i] =
          (isNested(fields[i].dataType()) ? whole(column, fields[i].nullable()) : column)
              .as(fields[i].name(), fields[i].metadata());
    }
    return data.select(columns);
  }

  private static boolean isNested(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }

  /**
   * The column, marked with what is known of it anyway. Spark's optimizer takes for granted that
   * structs are made by the encoder field by field, and counts the fields of one that is passed on
   * as if those that a query does not select were gone (ObjectSerializerPruning). It does not look
   * through a mark.
   */
  private static Column whole(Column column, boolean nullable) {
    return new Column(
        nullable ? new KnownNullable(column.expr()) : new KnownNotNull(column.expr()));
  }

  /** What columns are called in here: two of the same name would be one to Spark's optimizer. */
  private static String place(int index) {
    return "_" + index;
  }

  /** An encoder whose objects are the rows themselves. */
  private static ExpressionEncoder<InternalRow> encoder(StructType schema) {
    StructField[] fields = schema.fields();
    List<Expression> columns = new ArrayList<>();
    List<Expression> namedValues = new ArrayList<>();
    Expression row = new BoundReference(0, schema, false);
    for (int i = 0; i < fields.length; i++) {
      columns.add(new GetColumnByOrdinal(i, fields[i].dataType()));
      namedValues.add(Literal.create(place(i), DataTypes.StringType));
      namedValues.add(new GetStructField(row, i, Option.apply(fields[i].name())));
    }
    return new ExpressionEncoder<>(
        new CreateNamedStruct(JavaConverters.asScalaBuffer(namedValues).toList()),
        new WholeRow(JavaConverters.asScalaBuffer(columns).toList()),
        ClassTag$.MODULE$.apply(InternalRow.class));
  }
}
