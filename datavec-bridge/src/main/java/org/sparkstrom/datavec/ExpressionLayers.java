// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;

/**
 * Named expressions that use each other, put into as few {@code select}s as that allows: an
 * expression stands in the layer after those that it uses, so each is written and computed once,
 * and a chain of steps on one column does not lengthen the query of another.
 *
 * <p>Not thread-safe.
 */
final class ExpressionLayers {
  /**
   * A named expression.
   *
   * @param layer the {@code select} that computes it, from 1
   * @param uses the names that it may refer to
   */
  private record Definition(Column expression, int layer, Set<String> uses) {}

  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private int named;

  /** Gives an expression a name of its own; it may refer to these columns and no others. */
  String define(Column expression, Collection<String> uses) {
    int layer = 1 + uses.stream().mapToInt(this::layer).max().orElse(0);
    String name = "d" + named++;
    definitions.put(name, new Definition(expression, layer, Set.copyOf(uses)));
    return name;
  }

  /** The layer of a column; 0 for one that exists already. */
  int layer(String name) {
    return definitions.containsKey(name) ? definitions.get(name).layer() : 0;
  }

  /**
   * The {@code select}s after which these columns exist, in order; nothing is defined any more
   * then. What none of these columns needs is left out.
   */
  List<Column[]> take(Collection<String> wanted) {
    Map<String, Integer> lastUse = lastUses(wanted);
    int depth = lastUse.keySet().stream().mapToInt(this::layer).max().orElse(0);
    List<Column[]> selects = new ArrayList<>();
    for (int layer = 1; layer <= depth; layer++) {
      List<Column> columns = new ArrayList<>();
      for (Map.Entry<String, Integer> column : lastUse.entrySet()) {
        String name = column.getKey();
        if (layer(name) == layer) {
          columns.add(definitions.get(name).expression().as(name));
        } else if (layer(name) < layer && column.getValue() > layer) {
          columns.add(col(name));
        }
      }
      selects.add(columns.toArray(Column[]::new));
    }
    definitions.clear();
    return selects;
  }

  /** For each column that is wanted, by itself or through others, the last layer that reads it. */
  private Map<String, Integer> lastUses(Collection<String> wanted) {
    Map<String, Integer> last = new LinkedHashMap<>();
    wanted.forEach(name -> last.put(name, Integer.MAX_VALUE));
    List<String> latestFirst = new ArrayList<>(definitions.keySet());
    Collections.reverse(latestFirst);
    for (String name : latestFirst) {
      if (last.containsKey(name)) {
        Definition definition = definitions.get(name);
        definition.uses().forEach(used -> last.merge(used, definition.layer(), Math::max));
      }
    }
    return last;
  }
}
