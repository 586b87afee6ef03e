// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PythonWrappersTest {
  private static final List<Path> SOURCES =
      List.of(Path.of("../src/main/java"), Path.of("../../datavec-bridge/src/main/java"));

  @TempDir private static Path folder;
  private static Path target;
  private static List<StageFacts> stages;

  @BeforeAll
  static void write() throws IOException {
    target = folder.resolve("package");
    stages = PythonWrappers.write(target, Path.of("../src/main/python"), "1.2.3-SNAPSHOT", SOURCES);
  }

  static Stream<StageFacts> stages() {
    return stages.stream();
  }

  @Test
  void stagesOfBothModulesAreThere() {
    assertThat(stages.stream().map(StageFacts::name))
        .contains("NetworkClassifier", "NetworkClassificationModel", "DataVecTransformer");
    assertThat(stages.stream().map(StageFacts::module))
        .contains("org.sparkstrom.ml", "org.sparkstrom.datavec", "org.sparkstrom.datavec.text");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamOfTheJavaStageIsInThePythonClass(StageFacts facts) throws Exception {
    String code = classCode(facts);
    PipelineStage stage = facts.type().getConstructor().newInstance();
    assertThat(stage.params()).isNotEmpty();
    for (Param<?> param : stage.params()) {
      String capital = Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      assertThat(code)
          .containsPattern("    " + param.name() + ": Param\\[[A-Za-z\\[\\]]+] = Param\\(")
          .contains(
              "        \"%s\",\n        %s,\n"
                  .formatted(param.name(), PythonText.quoted(param.doc())))
          .contains("    def get" + capital + "(self) -> ");
      if (!facts.kind().isModel()) {
        assertThat(code.split("        " + param.name() + ": ", -1))
            .as("in the constructor and in setParams: " + param.name())
            .hasSize(3);
        assertThat(code.contains("            " + param.name() + "="))
            .as("default of " + param.name())
            .isEqualTo(stage.hasDefault(param));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aClassHasTheBaseOfItsKindAndADocstring(StageFacts facts) throws IOException {
    assertThat(classCode(facts))
        .startsWith("class " + facts.name() + "(_stages." + facts.kind().base())
        .containsPattern("\\):\n    \"\"\"[A-Z]\\w* \\w+")
        .contains("    _java_class = \"" + facts.type().getName() + "\"\n");
  }

  @ParameterizedTest
  @MethodSource("stages")
  void theProductsOwnModuleExportsTheClass(StageFacts facts) throws IOException {
    String module = facts.module().replaceFirst("^org\\.", "");
    assertThat(target.resolve(module.replace('.', '/')).resolve("__init__.py"))
        .content()
        .contains("from " + facts.module() + " import (")
        .contains("    \"" + facts.name() + "\",\n");
  }

  @Test
  void whatAModelTellsIsThereToo() throws IOException {
    assertThat(classCode(stage("NetworkClassificationModel")))
        .contains("    @property\n    def summary(self) -> Optional[TrainingSummary]:")
        .contains("    @property\n    def numClasses(self) -> int:")
        .contains("    @property\n    def numFeatures(self) -> int:")
        .contains("    def setPredictionBatchSize(self, value: int)")
        .doesNotContain("def setBatchSize")
        .doesNotContain("def __init__");
    assertThat(classCode(stage("AveragedLinearModel")))
        .contains("    @property\n    def coefficientMatrix(self) -> Matrix:")
        .contains("        return self._call_java(\"interceptVector\")\n");
    assertThat(classCode(stage("NormalizerModel")))
        .contains("    def inverse(self) -> \"NormalizerModel\":");
  }

  @Test
  void staticMethodsThatMakeAStageAreClassMethods() throws IOException {
    assertThat(classCode(stage("TableLookup")))
        .contains(
            "    @classmethod\n    def exact(cls, table: DataFrame, *keys: str) -> \"TableLookup\":")
        .contains("        \"\"\"A stage over a table with these key columns")
        .contains("        return cls._made_by(\"exact\", table, keys)\n")
        .doesNotContain("def load(");
    assertThat(classCode(stage("ParallelPostFit")))
        .contains("    def ofStage(cls, stage: Transformer) -> \"ParallelPostFit\":")
        .contains("    def ofOnnx(cls, path: str) -> \"ParallelPostFit\":")
        .contains("    def registerFunction(self, spark: SparkSession, name: str) -> None:")
        .contains("        self._register(\"registerFunction\", spark, name)\n")
        .doesNotContain("def ofFunction");
  }

  @Test
  void sparksOwnTraitsAreMixinsSoThatItsToolsFindTheColumns() throws IOException {
    assertThat(classCode(stage("NetworkClassifier")))
        .startsWith(
            "class NetworkClassifier(_stages.ProbabilisticClassifier, HasValidationIndicatorCol,"
                + " HasWeightCol):");
  }

  @Test
  void anEstimatorMakesItsModel() throws IOException {
    assertThat(classCode(stage("NetworkRegressor")))
        .contains("        return NetworkRegressionModel(java_model)\n");
  }

  @Test
  void aDefaultThatHoldsTheUidFollowsThePythonStage() throws IOException {
    assertThat(classCode(stage("JapaneseTokenizer")))
        .contains("            outputCol=self.uid + \"__output\",\n")
        .contains("        outputCol: Optional[str] = None,\n");
  }

  @Test
  void theVersionIsOneOfPython() {
    assertThat(target.resolve("sparkstrom/_version.py"))
        .content()
        .contains("__version__ = \"1.2.3.dev0\"");
  }

  @Test
  void pythonCompilesAllFiles() throws Exception {
    assumeTrue(runs("python3", "--version"), "there is no python3");
    List<String> command = new ArrayList<>(List.of("python3", "-m", "py_compile"));
    try (Stream<Path> files = Files.walk(target)) {
      files.map(Path::toString).filter(file -> file.endsWith(".py")).forEach(command::add);
    }
    assertThat(command).hasSizeGreaterThan(15);
    assertThat(runs(command.toArray(String[]::new))).isTrue();
  }

  @Test
  void aNameThatIsTakenInPythonIsRefused() {
    for (String name : List.of("lambda", "params", "fit", "two words")) {
      assertThatThrownBy(() -> StageReader.requireLegal(String.class, StageKind.ESTIMATOR, name))
          .hasMessage(
              "a Param must have a name that is free in Python, but java.lang.String has '%s';"
                  + " rename the Param",
              name);
    }
    StageReader.requireLegal(String.class, StageKind.TRANSFORMER, "fit");
  }

  private static StageFacts stage(String name) {
    return stages.stream().filter(facts -> facts.name().equals(name)).findFirst().orElseThrow();
  }

  /** The source of one class, to the start of the next. */
  private static String classCode(StageFacts facts) throws IOException {
    Path file = target.resolve(facts.module().replace('.', '/')).resolve("__init__.py");
    String code = Files.readString(file);
    int start = code.indexOf("class " + facts.name() + "(");
    int end = code.indexOf("\nclass ", start);
    return code.substring(start, end < 0 ? code.length() : end);
  }

  private static boolean runs(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
    } catch (IOException e) {
      return false;
    }
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(folder.resolve("output"), StandardCharsets.UTF_8))
        .doesNotContain("Error");
    return process.exitValue() == 0;
  }
}
