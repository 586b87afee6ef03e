// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

/** What the terms of a text are made of. */
enum Analysis {
  /** Words, and runs of words with one space between them. */
  WORD,
  /** Runs of characters (code points), spaces among them. */
  CHAR
}
