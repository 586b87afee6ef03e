// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

/** How a fit shows how far it is. */
enum Progress {
  /** As whoever made the stage has it: the Python classes show a bar in a notebook. */
  AUTO,
  /** Not at all. */
  NONE,
  /** As one line on standard error that is rewritten as the fit goes on. */
  CONSOLE
}
