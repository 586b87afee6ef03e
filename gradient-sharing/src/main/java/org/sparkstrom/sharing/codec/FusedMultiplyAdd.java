// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Whether {@link Math#fma} is an instruction here. Where the CPU has none, or a virtual machine
 * hides it, the JDK computes with {@link java.math.BigDecimal}, thousands of times slower.
 */
final class FusedMultiplyAdd {
  static final boolean IS_INSTRUCTION = isInstruction();

  private FusedMultiplyAdd() {}

  private static boolean isInstruction() {
    try {
      return Boolean.parseBoolean(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption("UseFMA")
              .getValue());
    } catch (IllegalArgumentException notHotSpot) {
      return false;
    }
  }
}
