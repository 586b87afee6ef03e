// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.condition.string.StringRegexColumnCondition;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.serde.JsonMappers;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.MapAllStringsExceptListTransform;
import org.datavec.api.transform.transform.string.ReplaceEmptyStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.writable.Text;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.joda.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process comes back from its written forms field by field: DataVec's JSON, what DataVec calls
 * its YAML, and YAML proper.
 */
class ProcessFormsTest {
  private static final int PROCESSES = 400;
  private static final int STEPS = 8;

  /** The cases that DataVec writes and cannot read again, with the class that is to blame. */
  private static final Map<String, String> LOST =
      Map.of(
          "pivot", "PivotTransform",
          "pivot of texts", "PivotTransform",
          "pivot without default", "PivotTransform",
          "reduce on a condition", "ConditionalReduction",
          "difference", "SequenceDifferenceTransform",
          "reduce windows", "TimeWindowFunction");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\"q\" 'a' `b`",
          "\\",
          "\\d+\\\\\"",
          "[\"\\\\]{2,}|(?i)x\\s*$",
          "a: b # c",
          "- x",
          "? y",
          "{a}",
          "[b]",
          "&a *a !t %d @e",
          "~",
          "null",
          "yes",
          "007",
          "1e3",
          "0x1F",
          ".nan",
          "2001-12-14",
          "---",
          "a\nb\n",
          "\t\r\f\u0000\u001B\u007F",
          "\u00A0\u200B\u202E",
          "ÄÖ漢字 İı ß",
          "😀𝒳",
          "x".repeat(300));

  static Stream<String> names() {
    return Stream.concat(StepCases.all().keySet().stream(), UncompiledCases.all().keySet().stream())
        .filter(name -> !LOST.containsKey(name));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyStepComesBackFromEachForm(String name) throws Exception {
    verify(named(name), name);
  }

  private static TransformProcess named(String name) {
    TransformProcess process = StepCases.all().get(name);
    return process == null ? UncompiledCases.all().get(name) : process;
  }

  @Test
  void whatDataVecCannotReadBackIsListedAndReadByUs() throws Exception {
    String docs = Files.readString(Path.of("../docs/DATAVEC.md"));
    String forms = docs.substring(docs.indexOf("## Written forms"));
    LOST.forEach(
        (name, blamed) -> {
          TransformProcess process = named(name);
          assertThatThrownBy(() -> TransformProcess.fromJson(process.toJson()))
              .as(name)
              .hasMessageContaining(blamed);
          assertThat(ProcessJson.read(process.toJson()))
              .as(name)
              .usingRecursiveComparison(fieldByField())
              .isEqualTo(process);
          assertThat(DataVecTransform.of(process).json()).isEqualTo(process.toJson());
          assertThat(forms).contains("`" + blamed + "`");
        });
  }

  @Test
  void everyTransformOfDataVecIsAmongThem() {
    Stream<TransformProcess> all =
        Stream.concat(StepCases.all().values().stream(), UncompiledCases.all().values().stream());

    assertThat(
            all.flatMap(p -> p.getActionList().stream())
                .filter(a -> a.getTransform() != null)
                .map(a -> a.getTransform().getClass().getSimpleName())
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            new ClassFileImporter()
                .importPackages("org.datavec.api.transform").stream()
                    .filter(c -> c.isAssignableTo(Transform.class))
                    .filter(
                        c -> !c.isInterface() && !c.getModifiers().contains(JavaModifier.ABSTRACT))
                    .map(JavaClass::getSimpleName)
                    .toList());
  }

  static Stream<String> texts() {
    return TEXTS.stream();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void anyTextMayStandInNamesAndSettings(String text) throws Exception {
    String column = "c " + text;
    Schema schema =
        new Schema.Builder()
            .addColumnString(column)
            .addColumnCategorical("state " + text, text, "another", text + "!")
            .addColumnString("pattern", Pattern.quote(text), 0, 9)
            .build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .appendStringColumnTransform(column, text)
            .transform(new ReplaceEmptyStringTransform(column, text))
            .transform(new ReplaceStringTransform(column, Map.of(Pattern.quote(text), text)))
            .stringMapTransform(column, Map.of(text, text + text, text + "k", ""))
            .transform(new MapAllStringsExceptListTransform(column, text, List.of(text, "o")))
            .transform(new ConcatenateStringColumns("n " + text, text, List.of(column, "pattern")))
            .conditionalReplaceValueTransform(
                column, new Text(text), new StringRegexColumnCondition(column, Pattern.quote(text)))
            .filter(new StringColumnCondition(column, ConditionOp.Equal, text))
            .renameColumn(column, "r " + text)
            .categoricalToOneHot("state " + text)
            .build();

    verify(process, text);
  }

  @Test
  void randomProcessesComeBack() throws Exception {
    long first = Long.getLong("datavec.seed", System.nanoTime());
    for (long seed = first; seed < first + PROCESSES; seed++) {
      RandomProcess source = new RandomProcess(new Random(seed));
      verify(source.process(source.schema(), STEPS), "-Ddatavec.seed=" + seed);
    }
  }

  @Test
  void aFileThatDataVecWroteLoads(@TempDir Path folder) throws Exception {
    TransformProcess process = StepCases.all().get("replace");
    Path file = folder.resolve("process.json");
    Files.writeString(file, process.toJson(), StandardCharsets.UTF_8);

    DataVecTransform loaded = DataVecTransform.fromJson(Files.readString(file));

    assertThat(TransformProcess.fromJson(loaded.json()))
        .usingRecursiveComparison(fieldByField())
        .isEqualTo(process);
  }

  private static void verify(TransformProcess process, String context) throws Exception {
    Map<String, TransformProcess> read =
        Map.of(
            "JSON",
            TransformProcess.fromJson(process.toJson()),
            "toYaml",
            TransformProcess.fromYaml(process.toYaml()),
            "YAML",
            JsonMappers.getMapperYaml()
                .readValue(
                    JsonMappers.getMapperYaml().writeValueAsString(process),
                    TransformProcess.class));

    read.forEach(
        (form, copy) -> {
          assertThat(copy)
              .as("%s of %s", form, context)
              .usingRecursiveComparison(fieldByField())
              .isEqualTo(process);
          assertThat(copy.getFinalSchema()).as(context).isEqualTo(process.getFinalSchema());
        });
  }

  /** Types without an equals of their own are compared by what they stand for. */
  private static RecursiveComparisonConfiguration fieldByField() {
    RecursiveComparisonConfiguration fields = new RecursiveComparisonConfiguration();
    fields.registerEqualsForType(DateTimeZone::equals, DateTimeZone.class);
    fields.registerEqualsForType(DateTimeFieldType::equals, DateTimeFieldType.class);
    fields.registerEqualsForType(
        (a, b) -> a.pattern().equals(b.pattern()) && a.flags() == b.flags(), Pattern.class);
    fields.registerEqualsForType(Double::equals, Double.class);
    fields.registerEqualsForType(Float::equals, Float.class);
    fields.ignoreFieldsOfTypes(DateTimeFormatter.class);
    // No setting: the process gives them to its steps anew, and steps may share a condition
    fields.ignoreFieldsMatchingRegexes(".*\\.(schema|inputSchema)");
    return fields;
  }
}
