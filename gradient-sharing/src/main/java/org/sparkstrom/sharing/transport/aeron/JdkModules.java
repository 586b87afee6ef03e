// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The packages of the JDK that Aeron reaches into, which the JDK keeps closed by default.
 *
 * <p>Aeron's buffers use {@code jdk.internal.misc.Unsafe} and its sockets replace a field in {@code
 * sun.nio.ch}. Spark starts its JVMs with {@code --add-opens} for {@code java.lang} and {@code
 * sun.nio.ch}, but not for {@code jdk.internal.misc}. Where {@code java.lang} is open to us, the
 * module system's own method opens what is missing, so that no user has to set a flag.
 */
public final class JdkModules {
  private static final List<String> NEEDED = List.of("jdk.internal.misc", "sun.nio.ch");
  private static final Module BASE = Object.class.getModule();

  private JdkModules() {}

  /**
   * Opens what Aeron needs, as far as it is not open yet.
   *
   * @throws IllegalStateException if this JVM does not allow it; the message names the flags to set
   */
  public static void openForAeron() {
    Module user = JdkModules.class.getModule();
    List<String> missing = new ArrayList<>();
    for (String name : NEEDED) {
      if (!BASE.isOpen(name, user)) {
        missing.add(name);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    try {
      Method open = Module.class.getDeclaredMethod("implAddOpensToAllUnnamed", String.class);
      open.setAccessible(true);
      for (String name : missing) {
        open.invoke(BASE, name);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      throw new IllegalStateException(refusal(missing), cause);
    }
  }

  private static String refusal(List<String> missing) {
    String flags =
        missing.stream()
            .map(name -> "--add-opens java.base/" + name + "=ALL-UNNAMED")
            .collect(Collectors.joining(" "));
    return "Aeron needs JDK packages that this JVM keeps closed: "
        + String.join(", ", missing)
        + ". Start it with "
        + flags
        + "; in Spark, put that into spark.driver.extraJavaOptions and"
        + " spark.executor.extraJavaOptions";
  }
}
