// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * Makes a record of (line, what Spark parsed of it), and refuses what Spark lets pass: text behind
 * the object, an array of objects, and values of a string column that are no strings.
 */
final class JsonRecord implements ColumnFunction {
  private static final long serialVersionUID = 1L;

  /** Takes the tokens that Spark's parser takes by default. */
  private static final JsonFactory TOKENS =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final int columns;
  private final HashMap<String, Integer> strings = new HashMap<>();
  private final HandleInvalid policy;

  JsonRecord(StructType schema, HandleInvalid policy) {
    this.columns = schema.size();
    this.policy = policy;
    for (int i = 0; i < columns; i++) {
      if (schema.apply(i).dataType().equals(DataTypes.StringType)) {
        strings.put(schema.apply(i).name(), i);
      }
    }
  }

  @Override
  public Object apply(Object value) {
    Row input = (Row) value;
    Map<Integer, String> notTextual = notTextual(input.getString(0));
    Row parsed = input.getStruct(1);
    if (policy != HandleInvalid.KEEP) {
      if (parsed == null || !parsed.isNullAt(columns)) {
        throw new RefusedValueException("no JSON object with values of the schema's types");
      }
      if (!notTextual.isEmpty()) {
        throw new RefusedValueException(
            "the values of these keys must be strings: " + Set.copyOf(notTextual.values()));
      }
    }
    Object[] values = new Object[columns];
    for (int i = 0; i < columns; i++) {
      values[i] = parsed == null || notTextual.containsKey(i) ? null : parsed.get(i);
    }
    return RowFactory.create(values);
  }

  /** The string columns whose value is neither a string nor null, with their keys. */
  private Map<Integer, String> notTextual(String line) {
    Map<Integer, String> found = new HashMap<>();
    try (JsonParser parser = TOKENS.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RefusedValueException("no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.getCurrentName();
        JsonToken token = parser.nextToken();
        parser.skipChildren();
        Integer column = strings.get(key);
        if (column != null && token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
          found.put(column, key);
        }
      }
      if (parser.nextToken() != null) {
        throw new RefusedValueException("more text behind the JSON object");
      }
    } catch (IOException e) {
      throw new RefusedValueException("no JSON object: the line is damaged or cut off", e);
    }
    return found;
  }
}
