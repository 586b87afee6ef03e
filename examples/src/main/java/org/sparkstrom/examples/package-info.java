// SPDX-License-Identifier: Apache-2.0
/**
 * Programs that show the project at work, each submitted with spark-submit as it stands.
 *
 * <p>Start at {@link org.sparkstrom.examples.DigitsClassification}. An example reads its data from
 * files, returns its result as a record, and is tested like the rest. Nothing depends on this
 * package.
 */
package org.sparkstrom.examples;
