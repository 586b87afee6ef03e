// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/**
 * What the coordinator tells a member while it changes the view; to be obeyed in order.
 *
 * <p>A change may begin anew before it is done, when another member is lost meanwhile: then a
 * {@link Suspend} with a higher number follows, and what was prepared is void.
 */
public sealed interface ViewInstruction {

  /**
   * Stop where you are and tell how far you are.
   *
   * @param number number of the view that is being made
   */
  record Suspend(int number) implements ViewInstruction {}

  /** Prepare for a view, help those behind, and tell when you lack nothing. */
  record Prepare(ViewChange change) implements ViewInstruction {}

  /**
   * The prepared view is in force: go on.
   *
   * @param number its number
   */
  record Install(int number) implements ViewInstruction {}
}
