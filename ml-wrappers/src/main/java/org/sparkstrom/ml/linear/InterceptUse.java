// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

/** Whether classes have intercepts. */
public enum InterceptUse {
  FITTED,
  NONE
}
