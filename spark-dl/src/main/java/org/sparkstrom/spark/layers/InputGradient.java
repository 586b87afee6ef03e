// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

/** Whether someone takes the gradient of a layer's input. */
enum InputGradient {
  NEEDED,
  UNUSED
}
