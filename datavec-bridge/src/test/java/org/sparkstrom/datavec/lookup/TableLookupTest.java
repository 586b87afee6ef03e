// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.ModelContract;

class TableLookupTest {
  private final Dataset<Row> places =
      LocalSpark.frame(
          "country STRING, `the place` STRING, lat DOUBLE, lon DOUBLE",
          RowFactory.create("CH", "St. Gallen", 47.42, 9.37),
          RowFactory.create("US", "Paris", 33.66, -95.55),
          RowFactory.create("FR", "Paris", 48.86, 2.35),
          RowFactory.create("DE", "Nirgends", null, null));

  private final Dataset<Row> people =
      LocalSpark.frame(
          "id INT, `ci.ty` STRING, country STRING",
          RowFactory.create(1, "ST GALLEN", "ch"),
          RowFactory.create(2, "paris", "FR"),
          RowFactory.create(3, "Atlantis", "GR"),
          RowFactory.create(4, null, "FR"),
          RowFactory.create(5, "nirgends!", "DE"));

  private TableLookup places() {
    return TableLookup.bySpelling(places, "the place", "country").setKeyCols("ci.ty", "country");
  }

  @Test
  void placesAreFoundByTheirNamesHoweverSpelled() {
    Dataset<Row> result = places().setHandleInvalid("keep").transform(people);

    assertThat(result.columns()).containsExactly("id", "ci.ty", "country", "lat", "lon");
    assertThat(result.select("id", "lat", "lon").collectAsList())
        .containsExactly(
            RowFactory.create(1, 47.42, 9.37),
            RowFactory.create(2, 48.86, 2.35),
            RowFactory.create(3, null, null),
            RowFactory.create(4, null, null),
            RowFactory.create(5, null, null));
  }

  @Test
  void unknownKeysFollowThePolicyAndNullsOfTheTableAreKnown() {
    assertThat(places().setHandleInvalid("skip").transform(people).select("id").collectAsList())
        .containsExactly(RowFactory.create(1), RowFactory.create(2), RowFactory.create(5));
    TableLookup strict = places();
    assertThatThrownBy(() -> strict.transform(people).collectAsList())
        .hasStackTraceContaining(strict.uid() + ", key [ci.ty, country], Atlantis, GR")
        .hasStackTraceContaining("the table has no such key")
        .hasStackTraceContaining("set handleInvalid to skip");
    assertThat(strict.transform(people.where("id IN (1, 2, 5)")).count()).isEqualTo(3);
  }

  @Test
  void idsMatchExactly() {
    Dataset<Row> table =
        LocalSpark.frame(
            "id BIGINT, id2 STRING, v ARRAY<INT>, w STRING",
            RowFactory.create(7L, "a", new Integer[] {1, 2}, "x"),
            RowFactory.create(7L, "A", null, "y"));
    Dataset<Row> data =
        LocalSpark.frame(
            "id BIGINT, id2 STRING", RowFactory.create(7L, "A"), RowFactory.create(7L, "a"));

    TableLookup lookup = TableLookup.exact(table, "id", "id2").setOutputCols("list", "letter");

    Dataset<Row> result = lookup.transform(data);
    assertThat(result.select("letter").collectAsList())
        .containsExactly(RowFactory.create("y"), RowFactory.create("x"));
    assertThat(result.select("list").collectAsList().get(1).getList(0)).isEqualTo(List.of(1, 2));
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    ModelContract.check(places().setHandleInvalid("keep"), people, folder);
  }

  @Test
  void itTakesTheTableAlongAndStartsNoJob() throws Exception {
    TableLookup lookup = places();

    assertThat(JobCounter.count(() -> lookup.transform(people)).jobs()).isZero();
  }

  @Test
  void tablesWithoutOneRowForEachKeyAreRefused() {
    assertThatThrownBy(() -> TableLookup.exact(places, "the place"))
        .hasMessageContaining("has [Paris] twice");
    assertThatThrownBy(
            () ->
                TableLookup.bySpelling(
                    LocalSpark.frame(
                        "k STRING, v INT", RowFactory.create("A", 1), RowFactory.create("a.", 2)),
                    "k"))
        .hasMessageContaining("has [a] twice, as keys match");
    assertThatThrownBy(
            () ->
                TableLookup.exact(
                    LocalSpark.frame("k STRING, v INT", RowFactory.create(null, 1)), "k"))
        .hasMessageContaining("no null, but has [null]");
    assertThatThrownBy(() -> TableLookup.exact(places))
        .hasMessageContaining("must have keys, each named once, and other columns");
    assertThatThrownBy(() -> TableLookup.exact(places, "country", "country"))
        .hasMessageContaining("each named once");
    assertThatThrownBy(() -> TableLookup.exact(places, "town"))
        .hasMessageContaining("key 'town' is missing");
  }

  @Test
  void columnsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> places().setKeyCols("ci.ty").transform(people))
        .hasMessageContaining("the table has 2 keys and 2 other columns, but keyCols are [ci.ty]");
    assertThatThrownBy(() -> places().setKeyCols("id", "country").transform(people))
        .hasMessageContaining("key column 'id' must be string, as the table's, but is int");
    assertThatThrownBy(() -> places().setOutputCols("id", "lon").transform(people))
        .hasMessageContaining("there already is a column 'id'");
    assertThatThrownBy(() -> places().setHandleInvalid("drop"))
        .hasMessageContaining("[error, skip, keep]");
    assertThatThrownBy(() -> new TableLookup("t").transform(people))
        .hasMessageContaining("t was not fitted");
  }
}
