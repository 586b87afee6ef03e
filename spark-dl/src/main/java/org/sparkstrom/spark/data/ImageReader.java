// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Reads images that are stored as arrays nested [channel][row][column]; flat ones are {@link
 * FlatReader}'s.
 *
 * @param role what the column is for
 * @param column its name
 * @param index its place
 */
record ImageReader(String role, String column, int index) implements TensorReader {

  /** True if the column holds arrays of arrays. */
  static boolean isNested(StructType schema, String role, String column) {
    DataType type = schema.fields()[Columns.indexOf(schema, role, column)].dataType();
    return type instanceof ArrayType array && array.elementType() instanceof ArrayType;
  }

  static ImageReader of(StructType schema, String role, String column) {
    int index = Columns.indexOf(schema, role, column);
    DataType type = schema.fields()[index].dataType();
    if (elementType(elementType(type)) instanceof ArrayType columns
        && FeatureReader.isNumber(columns.elementType())) {
      return new ImageReader(role, column, index);
    }
    throw new IllegalArgumentException(
        "%s column '%s' must hold images: flat, or as arrays of numbers nested as [channel][row][column], but is %s. Nest it so, or flatten it (flatten)."
            .formatted(role, column, type.catalogString()));
  }

  private static DataType elementType(DataType type) {
    return type instanceof ArrayType array ? array.elementType() : type;
  }

  @Override
  public Cell.Content read(Row row, Cell cell) {
    if (row.isNullAt(index)) {
      return Cell.Content.NULL;
    }
    Seq<?> channels = (Seq<?>) row.get(index);
    if (channels.isEmpty() || channels.apply(0) == null) {
      return channels.isEmpty() ? Cell.Content.EMPTY : Cell.Content.NULL;
    }
    Seq<?> rows = (Seq<?>) channels.apply(0);
    if (rows.isEmpty() || rows.apply(0) == null) {
      return rows.isEmpty() ? Cell.Content.EMPTY : Cell.Content.NULL;
    }
    int width = ((Seq<?>) rows.apply(0)).length();
    if (width == 0) {
      return Cell.Content.EMPTY;
    }
    cell.reshape(1, channels.length(), rows.length(), width);
    return readChannels(channels, rows.length(), width, cell);
  }

  private static Cell.Content readChannels(Seq<?> channels, int height, int width, Cell cell) {
    for (int c = 0; c < channels.length(); c++) {
      Seq<?> rows = (Seq<?>) channels.apply(c);
      if (rows == null || rows.length() != height) {
        return rows == null ? Cell.Content.NULL : Cell.Content.RAGGED;
      }
      for (int y = 0; y < height; y++) {
        Seq<?> pixels = (Seq<?>) rows.apply(y);
        if (pixels == null || pixels.length() != width) {
          return pixels == null ? Cell.Content.NULL : Cell.Content.RAGGED;
        }
        SequenceReader.putAll(pixels, cell, (c * height + y) * width);
      }
    }
    return cell.content();
  }
}
