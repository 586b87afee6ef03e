// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;

/**
 * One output of a model: the tensor, and the column type that holds a row of it exactly.
 *
 * @param tensor what the model gives; of a map the values
 * @param columnType its column's type; NullType if the model does not tell the number of axes
 */
public record ModelOutput(TensorSpec tensor, DataType columnType) implements Serializable {

  public ModelOutput {
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(columnType, "columnType");
  }

  /** An output of a tensor: a number, or arrays nested as its axes are. */
  public static ModelOutput of(TensorSpec tensor) {
    return new ModelOutput(
        tensor,
        tensor.shape().isEmpty()
            ? DataTypes.NullType
            : TensorValues.columnType(tensor.type(), tensor.shape().size() - 1));
  }

  /** An output of a map for each row. */
  public static ModelOutput ofMaps(String name, TensorType key, TensorType value) {
    return new ModelOutput(
        new TensorSpec(name, value, List.of()),
        DataTypes.createMapType(key.columnType(), value.columnType(), false));
  }

  /** Its name in the model. */
  public String name() {
    return tensor.name();
  }

  /** The column's type, if the model tells it. */
  Optional<DataType> knownType() {
    return columnType.equals(DataTypes.NullType) ? Optional.empty() : Optional.of(columnType);
  }

  /** As errors show it. */
  @Override
  public String toString() {
    return columnType instanceof MapType
        ? "'%s' %s".formatted(name(), columnType.catalogString())
        : tensor.toString();
  }
}
