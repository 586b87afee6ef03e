// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

/** How a fit shows how far it is. */
enum Progress {
  /** A bar where Python runs in a notebook, else nothing. */
  AUTO,
  /** Not at all. */
  NONE,
  /** As one line on standard error that is rewritten as the fit goes on. */
  CONSOLE
}
