// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the Python class of one stage. */
final class ClassWriter {
  private static final String INDENT = "    ";

  private final StageFacts stage;
  private final StringBuilder code = new StringBuilder();

  private ClassWriter(StageFacts stage) {
    this.stage = stage;
  }

  /** The source of the class, which needs the imports of {@link ModuleWriter}. */
  static String write(StageFacts stage, ClassDoc docs) throws IOException {
    ClassWriter writer = new ClassWriter(stage);
    writer.head(docs.of(stage.type()));
    writer.params();
    if (!stage.kind().isModel()) {
      writer.constructor();
    }
    for (StageFacts.Factory factory : stage.factories()) {
      writer.factory(factory, docs.of(factory.method()));
    }
    stage.params().forEach(writer::accessors);
    stage.members().forEach(writer::member);
    stage.model().ifPresent(writer::createModel);
    return writer.code.toString();
  }

  private void line(int depth, String text) {
    code.append(INDENT.repeat(depth)).append(text).append('\n');
  }

  private void blank() {
    code.append('\n');
  }

  private void head(String doc) {
    String mixins = stage.mixins().stream().map(name -> ", " + name).collect(Collectors.joining());
    line(0, "class %s(_stages.%s%s):".formatted(stage.name(), stage.kind().base(), mixins));
    docstring(1, doc + parametersDoc());
    line(1, "_java_class = %s".formatted(PythonText.quoted(stage.type().getName())));
    blank();
  }

  /** The section "Parameters" in the form that numpydoc and notebooks know. */
  private String parametersDoc() {
    if (stage.kind().isModel()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\n\nParameters\n----------");
    for (ParamFacts param : stage.params()) {
      text.append(
              "\n%s : %s, default %s\n".formatted(param.name(), param.type().hint(), param.told()))
          .append(INDENT)
          .append(param.doc());
    }
    return text.toString();
  }

  private void docstring(int depth, String text) {
    List<String> lines = PythonText.inDocstring(text).lines().toList();
    if (lines.size() == 1) {
      line(depth, "\"\"\"" + closed(lines.get(0)) + "\"\"\"");
      return;
    }
    line(depth, "\"\"\"" + lines.get(0));
    for (String next : lines.subList(1, lines.size())) {
      if (next.isEmpty()) {
        blank();
      } else {
        line(depth, next);
      }
    }
    line(depth, "\"\"\"");
  }

  /** A docstring of one line must not end in a quote. */
  private static String closed(String text) {
    return text.endsWith("\"") ? text + " " : text;
  }

  private void params() {
    for (ParamFacts param : stage.params()) {
      line(1, "%s: Param[%s] = Param(".formatted(param.name(), param.type().hint()));
      line(2, "Params._dummy(),");
      line(2, "%s,".formatted(PythonText.quoted(param.name())));
      line(2, "%s,".formatted(PythonText.quoted(param.doc())));
      line(2, "typeConverter=TypeConverters.%s,".formatted(param.type().converter()));
      line(1, ")");
    }
    blank();
  }

  private void constructor() {
    signature("__init__", "None");
    docstring(2, "A stage with a uid of its own; see the class for the parameters.");
    line(2, "super().__init__()");
    line(2, "self._java_obj = self._new_java_obj(self._java_class, self.uid)");
    line(2, "self._setDefault(");
    for (ParamFacts param : stage.params()) {
      param.standard().ifPresent(text -> line(3, "%s=%s,".formatted(param.name(), text)));
    }
    line(2, ")");
    line(2, "self._set_given(self._input_kwargs)");
    blank();
    signature("setParams", quotedName());
    docstring(2, "Sets what is given, and leaves the rest as it is.");
    line(2, "return self._set_given(self._input_kwargs)");
    blank();
  }

  private void signature(String method, String returned) {
    line(1, "@keyword_only");
    line(1, "def %s(".formatted(method));
    line(2, "self,");
    line(2, "*,");
    for (ParamFacts param : stage.params()) {
      line(2, "%s,".formatted(param.parameter()));
    }
    line(1, ") -> %s:".formatted(returned));
  }

  private String quotedName() {
    return PythonText.quoted(stage.name());
  }

  private void factory(StageFacts.Factory factory, String doc) {
    StringBuilder parameters = new StringBuilder("cls");
    StringBuilder passed = new StringBuilder(PythonText.quoted(factory.name()));
    for (StageFacts.Argument argument : factory.arguments()) {
      String star = argument.many() ? "*" : "";
      parameters.append(", %s%s: %s".formatted(star, argument.name(), argument.hint()));
      passed.append(", ").append(argument.name());
    }
    line(1, "@classmethod");
    line(1, "def %s(%s) -> %s:".formatted(factory.name(), parameters, quotedName()));
    docstring(2, doc);
    line(2, "return cls._made_by(%s)".formatted(passed));
    blank();
  }

  private void accessors(ParamFacts param) {
    line(1, "def get%s(self) -> %s:".formatted(param.capitalized(), param.type().hint()));
    docstring(2, "The value of ``%s``, or its default: %s".formatted(param.name(), param.doc()));
    line(2, "return self.getOrDefault(self.%s)".formatted(param.name()));
    blank();
    if (param.settable()) {
      line(
          1,
          "def set%s(self, value: %s) -> %s:"
              .formatted(param.capitalized(), param.type().hint(), quotedName()));
      docstring(2, "Sets ``%s``: %s".formatted(param.name(), param.doc()));
      line(2, "return self._set(%s=value)".formatted(param.name()));
      blank();
    }
  }

  private void member(StageFacts.Member member) {
    boolean registers = member.form() == StageFacts.Form.REGISTRATION;
    if (member.form() != StageFacts.Form.STAGE && !registers) {
      line(1, "@property");
    }
    String arguments = registers ? "self, spark: SparkSession, name: str" : "self";
    line(1, "def %s(%s) -> %s:".formatted(member.name(), arguments, hint(member)));
    docstring(2, "``%s()`` of the Java stage.".formatted(member.name()));
    line(2, body(member));
    blank();
  }

  private static String hint(StageFacts.Member member) {
    return member.form() == StageFacts.Form.STAGE
        ? PythonText.quoted(member.hint())
        : member.hint();
  }

  private static String body(StageFacts.Member member) {
    return switch (member.form()) {
      case VALUE -> "return self._value_of(\"%s\")".formatted(member.name());
      case LINALG -> "return self._call_java(\"%s\")".formatted(member.name());
      case SUMMARY -> "return self._summary_of(\"%s\")".formatted(member.name());
      case STAGE -> "return self._stage_of(\"%s\")".formatted(member.name());
      case REGISTRATION -> "self._register(\"%s\", spark, name)".formatted(member.name());
    };
  }

  private void createModel(Class<?> model) {
    String name = model.getSimpleName();
    line(1, "def _create_model(self, java_model: Any) -> %s:".formatted(PythonText.quoted(name)));
    Optional<String> elsewhere =
        Optional.of(model.getPackageName()).filter(module -> !module.equals(stage.module()));
    elsewhere.ifPresent(module -> line(2, "from %s import %s".formatted(module, name)));
    line(2, "return %s(java_model)".formatted(name));
    blank();
  }
}
