// SPDX-License-Identifier: Apache-2.0

/**
 * A column made from another one, value by value, under one policy for bad values.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.column.ColumnStage}: a spark.ml stage says how one
 * value is made, and gets Params, schema checks, the policy, names with dots and streams from it.
 * Stages of several columns use {@link org.sparkstrom.datavec.column.StageSchema}, and models that
 * are a small table extend {@link org.sparkstrom.datavec.column.TableModel}. This package must know
 * nothing of what the values are.
 */
package org.sparkstrom.datavec.column;
