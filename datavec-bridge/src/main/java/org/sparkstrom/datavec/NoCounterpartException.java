// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

/**
 * A step, or a part of one, has no exact counterpart among Spark's expressions; the message says
 * why, for {@link DataVecTransform#explain()}. It never leaves the compiler.
 */
final class NoCounterpartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoCounterpartException(String reason) {
    super(reason);
  }
}
