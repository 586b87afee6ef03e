// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.IndexedSeq;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The expression whose value is the row that it is evaluated on: all columns as they are stored.
 *
 * <p>It stands where an encoder has the expressions that make an object of a row. The row is
 * Spark's and valid until the next one is read. Public because Spark copies expressions by
 * reflection.
 */
public final class WholeRow extends Expression implements CodegenFallback, Serializable {
  private static final long serialVersionUID = 1L;

  private final Seq<Expression> columns;
  private transient Expression[] values; // of columns, which finds its places one by one
  private transient boolean inPlace; // whether each column stands where the input has it

  /**
   * The row of these columns.
   *
   * @param columns all of the input's columns in order
   */
  public WholeRow(Seq<Expression> columns) {
    this.columns = columns;
  }

  @Override
  public Seq<Expression> children() {
    return columns;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public DataType dataType() {
    return new ObjectType(InternalRow.class);
  }

  @Override
  public Object eval(InternalRow input) {
    if (values == null) {
      prepare();
    }
    if (inPlace && input.numFields() == values.length) {
      return input;
    }
    Object[] row = new Object[values.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = values[i].eval(input);
    }
    return new GenericInternalRow(row);
  }

  private void prepare() {
    Expression[] all = JavaConverters.seqAsJavaList(columns).toArray(Expression[]::new);
    inPlace =
        IntStream.range(0, all.length)
            .allMatch(i -> all[i] instanceof BoundReference column && column.ordinal() == i);
    values = all;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new WholeRow(children.toList());
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int place) {
    if (place != 0) {
      throw new IndexOutOfBoundsException("the row has one element, the columns, not " + place);
    }
    return columns;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WholeRow;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WholeRow row && columns.equals(row.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }
}
