// SPDX-License-Identifier: Apache-2.0

/**
 * Columns of a reference table, joined to rows by their keys: attributes of an ID, the place of a
 * name.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.lookup.TableLookup}. This package must know nothing of
 * networks.
 */
package org.sparkstrom.datavec.lookup;
