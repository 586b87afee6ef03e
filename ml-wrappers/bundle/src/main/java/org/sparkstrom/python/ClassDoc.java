// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Javadoc of a class as plain text for Python: class files do not hold it, so it is read from
 * the source, and its few tags are written as docutils would.
 */
final class ClassDoc {
  private static final Pattern INLINE_TAG =
      Pattern.compile("\\{@(code|link|linkplain|value|literal)\\s+([^}]*)}");

  private final List<Path> sourceRoots;

  /** Docs of the classes under these folders, which hold the folders of packages. */
  ClassDoc(List<Path> sourceRoots) {
    this.sourceRoots = List.copyOf(sourceRoots);
  }

  /**
   * The doc of a top-level class.
   *
   * @throws IllegalArgumentException if there is no source, or no doc in it
   */
  String of(Class<?> type) throws IOException {
    String declaration = "^public (?:final |abstract )*class " + type.getSimpleName() + "\\b";
    return comment(source(type), declaration)
        .orElseThrow(
            () -> new IllegalArgumentException(type.getName() + " must have a class comment"));
  }

  /**
   * The doc of a public static method with arguments, which the first of them tells from overloads.
   *
   * @throws IllegalArgumentException if there is no source, or no doc in it
   */
  String of(Method method) throws IOException {
    String first = method.getParameterTypes()[0].getSimpleName().replace("[]", "");
    String declaration =
        "^  public static .*\\b%s\\(%s\\b".formatted(method.getName(), Pattern.quote(first));
    return comment(source(method.getDeclaringClass()), declaration)
        .orElseThrow(() -> new IllegalArgumentException(method + " must have a comment"));
  }

  private String source(Class<?> type) throws IOException {
    String file = type.getName().replace('.', '/') + ".java";
    for (Path root : sourceRoots) {
      if (Files.exists(root.resolve(file))) {
        return Files.readString(root.resolve(file));
      }
    }
    throw new IllegalArgumentException(
        "the source of %s must be under one of %s".formatted(type.getName(), sourceRoots));
  }

  private static Optional<String> comment(String source, String declaration) {
    Matcher declared = Pattern.compile(declaration, Pattern.MULTILINE).matcher(source);
    if (!declared.find()) {
      return Optional.empty();
    }
    int end = source.lastIndexOf("*/", declared.start());
    int start = source.lastIndexOf("/**", end);
    return start < 0 ? Optional.empty() : Optional.of(plain(source.substring(start + 3, end)));
  }

  /** A Javadoc comment without its stars and tags. */
  static String plain(String comment) {
    String text =
        comment
            .replaceAll("(?m)^[ \\t]*\\* ?", "")
            .replaceAll("(?s)(?:^|\\n)@(param|see|author|throws).*", "\n");
    Matcher tags = INLINE_TAG.matcher(text);
    text = tags.replaceAll(tag -> Matcher.quoteReplacement(inline(tag.group(1), tag.group(2))));
    return text.replaceAll("\\s*<ul>\\s*<li>\\s*", "\n\n- ")
        .replaceAll("\\s*</ul>\\s*", "\n\n")
        .replaceAll("\\s*<li>\\s*", "\n- ")
        .replaceAll("(?m)^(- .*)\\n[ ]+", "$1 ")
        .replace("<p>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replaceAll("(?m)[ \\t]+$", "")
        .replaceAll("\\n{3,}", "\n\n")
        .strip();
  }

  private static String inline(String tag, String content) {
    String text = content.strip().replaceAll("\\s+", " ");
    if (tag.startsWith("link")) {
      int label = text.indexOf(' ');
      text = label < 0 ? text.replaceFirst("^.*#", "") : text.substring(label + 1);
    }
    return tag.equals("literal") ? text : "``" + text + "``";
  }
}
