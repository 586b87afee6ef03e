// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import org.sparkstrom.sharing.membership.MembershipEvent;
import org.sparkstrom.sharing.membership.MembershipState;

/**
 * Who takes part in a fit, in numbers.
 *
 * @param alive workers that take part
 * @param losses how often a worker that had joined was lost
 * @param joins how often a worker came to the fit while it ran: one in place of a lost one, or a
 *     latecomer
 */
public record Attendance(int alive, int losses, int joins) implements Serializable {

  static Attendance of(MembershipState membership) {
    int losses =
        (int)
            membership.events().stream()
                .filter(event -> event.kind() == MembershipEvent.Kind.LOST)
                .count();
    return new Attendance(membership.members().size(), losses, membership.events().size() - losses);
  }
}
