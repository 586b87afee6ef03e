// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes the Python modules of one Java package: the one that PySpark's loader looks for, under the
 * package's own name, and the one that users import.
 */
final class ModuleWriter {
  private static final String GENERATED =
      "# SPDX-License-Identifier: Apache-2.0\n# Generated from the Java stages; do not edit.\n";

  private ModuleWriter() {}

  /** The module with the classes. */
  static String definitions(List<StageFacts> stages, ClassDoc docs) throws IOException {
    String mixins =
        stages.stream()
            .flatMap(stage -> stage.mixins().stream())
            .distinct()
            .sorted()
            .map("from pyspark.ml.param.shared import %s\n"::formatted)
            .collect(Collectors.joining());
    StringBuilder code = new StringBuilder(GENERATED);
    code.append("\"\"\"The stages of the Java package %s.\"\"\"\n\n".formatted(module(stages)))
        .append("from typing import Any, Dict, List, Optional\n\n")
        .append("from pyspark import keyword_only\n")
        .append(takes(stages, "Transformer") ? "from pyspark.ml import Transformer\n" : "")
        .append(
            has(stages, StageFacts.Form.LINALG)
                ? "from pyspark.ml.linalg import Matrix, Vector\n"
                : "")
        .append("from pyspark.ml.param import Param, Params, TypeConverters\n")
        .append(mixins)
        .append(takes(stages, "DataFrame") ? "from pyspark.sql import DataFrame\n" : "")
        .append(
            has(stages, StageFacts.Form.REGISTRATION)
                ? "from pyspark.sql import SparkSession\n"
                : "")
        .append("\nfrom sparkstrom import _stages\n")
        .append(
            has(stages, StageFacts.Form.SUMMARY)
                ? "from sparkstrom._summary import TrainingSummary\n"
                : "")
        .append('\n')
        .append(all(stages));
    for (StageFacts stage : stages) {
      code.append("\n\n").append(ClassWriter.write(stage, docs).stripTrailing());
      code.append('\n');
    }
    return code.toString();
  }

  /** The module that has the same classes under the product's name. */
  static String exports(List<StageFacts> stages) {
    String names =
        stages.stream()
            .map(stage -> "    %s,\n".formatted(stage.name()))
            .collect(Collectors.joining());
    return GENERATED
        + "\"\"\"spark.ml stages; they are defined under the names of their Java classes.\"\"\"\n\n"
        + "from %s import (\n%s)\n\n".formatted(module(stages), names)
        + all(stages);
  }

  private static boolean has(List<StageFacts> stages, StageFacts.Form form) {
    return stages.stream()
        .flatMap(stage -> stage.members().stream())
        .anyMatch(member -> member.form() == form);
  }

  private static boolean takes(List<StageFacts> stages, String hint) {
    return stages.stream()
        .flatMap(stage -> stage.factories().stream())
        .flatMap(factory -> factory.arguments().stream())
        .anyMatch(argument -> argument.hint().equals(hint));
  }

  private static String all(List<StageFacts> stages) {
    return stages.stream()
        .map(stage -> "    \"%s\",\n".formatted(stage.name()))
        .collect(Collectors.joining("", "__all__ = [\n", "]\n"));
  }

  private static String module(List<StageFacts> stages) {
    return stages.get(0).module();
  }
}
