// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;

/**
 * Who takes part in a fit, in numbers.
 *
 * @param alive workers that have joined and were not lost
 * @param losses how often a worker that had joined was lost
 * @param joins how often a worker came to the fit while it ran: one in place of a lost one, or a
 *     latecomer
 */
public record Attendance(int alive, int losses, int joins) implements Serializable {}
