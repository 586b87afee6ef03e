// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

/** The number that a file gives to the first feature or label. */
public enum IndexBase {
  ZERO(0),
  ONE(1);

  private final int first;

  IndexBase(int first) {
    this.first = first;
  }

  int first() {
    return first;
  }
}
