// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

/** A run that a stage has ended. What was fitted before it is kept for the next run. */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient RunRecord run;

  RunFailedException(RunRecord run, Throwable cause) {
    super("run " + run.id() + " failed: " + run.failure() + "\n" + run.tree(), cause);
    this.run = run;
  }

  /** How far the run came. */
  public RunRecord run() {
    return run;
  }
}
