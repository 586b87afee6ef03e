// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * The appended columns; a name that is empty has none.
 *
 * @param values array&lt;vector&gt;, [targets] of [parts]
 * @param base vector, [targets]
 * @param rSquared vector, [targets]
 * @param parts array&lt;string&gt;, the names of the parts
 */
record OutputColumns(String values, String base, String rSquared, String parts)
    implements Serializable {

  /** Announces the columns, in the order in which {@link #fill} writes them. */
  void appendTo(StageSchema schema) {
    append(schema, values, DataTypes.createArrayType(SQLDataTypes.VectorType(), false));
    append(schema, base, SQLDataTypes.VectorType());
    append(schema, rSquared, SQLDataTypes.VectorType());
    append(schema, parts, DataTypes.createArrayType(DataTypes.StringType, false));
  }

  private static void append(StageSchema schema, String name, DataType type) {
    if (!name.isEmpty()) {
      schema.append(new StructField(name, type, true, Metadata.empty()));
    }
  }

  /** Number of the columns. */
  int count() {
    int count = 0;
    for (String name : new String[] {values, base, rSquared, parts}) {
      count += name.isEmpty() ? 0 : 1;
    }
    return count;
  }

  /** Writes the columns behind the others; nulls where there is no explanation. */
  void fill(Object[] row, int from, Optional<Explanation> explanation, Neighborhood neighborhood) {
    if (explanation.isEmpty()) {
      return;
    }
    int place = from;
    if (!values.isEmpty()) {
      row[place++] = vectors(explanation.get().values());
    }
    if (!base.isEmpty()) {
      row[place++] = Vectors.dense(explanation.get().base());
    }
    if (!rSquared.isEmpty()) {
      row[place++] = Vectors.dense(explanation.get().rSquared());
    }
    if (!parts.isEmpty()) {
      row[place] = neighborhood.partNames().toArray();
    }
  }

  private static Vector[] vectors(double[][] rows) {
    Vector[] vectors = new Vector[rows.length];
    for (int i = 0; i < rows.length; i++) {
      vectors[i] = Vectors.dense(rows[i]);
    }
    return vectors;
  }
}
