// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.ModelContract;

class NearDuplicatesTest {
  private static final List<String> FIRMS =
      List.of(
          "Deutsche Telekom AG",
          "deutsche telekom ag.",
          "Deutsche Telekom AG",
          "Deutsche Telecom AG",
          "Siemens",
          "SIEMENS",
          "Siemens",
          "Sony");

  private final NearDuplicates stage =
      new NearDuplicates().setInputCol("na.me").setOutputCol("one name");

  private static Dataset<Row> data(List<String> names) {
    List<Row> rows = new ArrayList<>();
    for (String name : names) {
      rows.add(RowFactory.create(rows.size(), name));
    }
    rows.add(RowFactory.create(rows.size(), null));
    return LocalSpark.session().createDataFrame(rows, StructType.fromDDL("id INT, `na.me` STRING"));
  }

  @Test
  void variantsGetTheMostFrequentSpelling() {
    NearDuplicatesModel model = stage.fit(data(FIRMS));

    assertThat(model.representatives())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "deutsche telekom ag", "Deutsche Telekom AG",
                "deutsche telecom ag", "Deutsche Telekom AG",
                "siemens", "Siemens"));
    assertThat(names(model, FIRMS))
        .containsExactly(
            "Deutsche Telekom AG",
            "Deutsche Telekom AG",
            "Deutsche Telekom AG",
            "Deutsche Telekom AG",
            "Siemens",
            "Siemens",
            "Siemens",
            "Sony",
            null);
    assertThat(names(model, List.of("ｓｉｅｍｅｎｓ!", "Simens", "SONY")))
        .containsExactly("Siemens", "Simens", "SONY", null);
  }

  @Test
  void equallyFrequentSpellingsGiveTheLeast() {
    assertThat(names(stage.fit(data(List.of("oslo", "Oslo", "OSLO"))), List.of("oSLO")))
        .containsExactly("OSLO", null);
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    ModelContract.check(stage, data(FIRMS), folder);
  }

  @Test
  void dataWithoutVariantsStays(@TempDir Path folder) {
    List<String> different = List.of("Rome", "Bern", "");
    ModelContract.check(stage, data(different), folder);
    NearDuplicatesModel model = stage.fit(data(different).where("id < 0"));
    assertThat(model.representatives()).isEmpty();
    assertThat(names(model, different)).containsExactly("Rome", "Bern", "", null);
  }

  /** Against a comparison of all with all. */
  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void groupsAreThoseOfAllPairs(long seed) {
    List<String> names = randomNames(new Random(seed));
    NearDuplicates loose = stage.setMinSimilarity(0.6).setMissRate(1e-6);

    Map<String, String> found = loose.fit(data(names)).representatives();

    Map<String, String> expected = representatives(names, 0.6);
    assertThat(expected).as("seed %d", seed).hasSizeGreaterThan(40);
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(seed + 1));
    assertThat(loose.fit(data(shuffled).repartition(5)).representatives())
        .as("seed %d", seed)
        .isEqualTo(found);
  }

  private static List<String> randomNames(Random random) {
    List<String> names = new ArrayList<>();
    for (int person = 0; person < 60; person++) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < 14; i++) {
        name.append((char) ('a' + random.nextInt(26)));
      }
      name.setCharAt(6, ' ');
      int copies = 1 + random.nextInt(5);
      for (int copy = 0; copy < copies; copy++) {
        StringBuilder typed = new StringBuilder(name);
        if (random.nextInt(3) == 0) {
          typed.setCharAt(random.nextInt(14), (char) ('a' + random.nextInt(26)));
        }
        names.add(
            random.nextInt(4) == 0 ? typed.toString().toUpperCase(Locale.ROOT) : typed.toString());
      }
    }
    return names;
  }

  /** By plain loops: groups grow until nothing changes. */
  private static Map<String, String> representatives(List<String> names, double minSimilarity) {
    Map<String, Integer> counts = new TreeMap<>();
    names.forEach(name -> counts.merge(name, 1, Integer::sum));
    Map<String, Set<String>> groups = new TreeMap<>();
    counts.keySet().forEach(name -> groups.put(name.toLowerCase(Locale.ROOT), new TreeSet<>()));
    groups.forEach((key, group) -> group.add(key));
    List<String> keys = List.copyOf(groups.keySet());
    boolean changed = true;
    while (changed) {
      changed = false;
      for (String a : keys) {
        for (String b : keys) {
          if (!groups.get(a).contains(b) && similarity(a, b) >= minSimilarity) {
            groups.get(a).addAll(groups.get(b));
            for (String member : List.copyOf(groups.get(a))) {
              groups.put(member, groups.get(a));
            }
            changed = true;
          }
        }
      }
    }
    Map<String, String> representatives = new TreeMap<>();
    groups.forEach(
        (key, group) -> {
          List<String> spellings =
              counts.keySet().stream()
                  .filter(n -> group.contains(n.toLowerCase(Locale.ROOT)))
                  .toList();
          long own = spellings.stream().filter(n -> n.toLowerCase(Locale.ROOT).equals(key)).count();
          if (group.size() > 1 || own > 1) {
            int most = spellings.stream().mapToInt(counts::get).max().orElseThrow();
            representatives.put(
                key, spellings.stream().filter(n -> counts.get(n) == most).findFirst().get());
          }
        });
    return representatives;
  }

  private static double similarity(String a, String b) {
    Set<String> one = pairs(a);
    Set<String> all = pairs(b);
    int sum = one.size() + all.size();
    all.addAll(one);
    return (double) (sum - all.size()) / all.size();
  }

  private static Set<String> pairs(String text) {
    String padded = " " + text.strip() + " ";
    Set<String> pairs = new TreeSet<>();
    for (int i = 2; i <= padded.length(); i++) {
      pairs.add(padded.substring(i - 2, i));
    }
    return pairs;
  }

  @ParameterizedTest
  @CsvSource({"0.9,0.001", "0.7,0.001", "0.5,1e-6", "0.3,0.01", "0.1,1e-4", "1,0.5"})
  void bandsKeepTheMissRate(double similarity, double missRate) {
    SimilarPairs pairs = SimilarPairs.of(2, similarity, missRate, 1);

    double missed = Math.pow(1 - Math.pow(similarity, pairs.rows()), pairs.bands());
    assertThat(missed).isLessThanOrEqualTo(missRate * (1 + 1e-9));
    assertThat(pairs.bands()).isBetween(1, 200);
  }

  @Test
  void aTransformStartsNoJob() throws Exception {
    NearDuplicatesModel model = stage.fit(data(FIRMS));
    assertThat(JobCounter.count(() -> model.transform(data(FIRMS))).jobs()).isZero();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset<Row> data = data(FIRMS);
    assertThatThrownBy(() -> new NearDuplicates("n").fit(data))
        .hasMessageContaining("n has no inputCol; call setInputCol(...) first");
    assertThatThrownBy(() -> new NearDuplicates().setInputCol("id").fit(data))
        .hasMessageContaining("inputCol 'id' must be text, but is int; cast it");
    assertThatThrownBy(() -> new NearDuplicates().setInputCol("nam").fit(data))
        .hasMessageContaining("inputCol 'nam' is missing");
    assertThatThrownBy(() -> stage.setOutputCol("id").fit(data))
        .hasMessageContaining("there already is a column 'id'");
    assertThatThrownBy(() -> stage.setMinSimilarity(0))
        .hasMessageContaining("minSimilarity must be from 0.1 to 1, but is 0.0");
    assertThatThrownBy(() -> stage.setGramLength(0)).hasMessageContaining("from 1 to 16");
    assertThatThrownBy(() -> stage.setMissRate(0)).hasMessageContaining("missRate must be from");
    assertThatThrownBy(() -> new NearDuplicatesModel("m").setInputCol("na.me").transform(data))
        .hasMessageContaining("m was not fitted");
  }

  private static List<Object> names(NearDuplicatesModel model, List<String> names) {
    List<Object> found = new ArrayList<>();
    for (Row row : model.transform(data(names)).collectAsList()) {
      found.add(row.get(2));
    }
    return found;
  }
}
