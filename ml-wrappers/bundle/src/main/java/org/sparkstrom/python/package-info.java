// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the Python classes of the spark.ml stages, at build time: entry class {@link
 * org.sparkstrom.python.PythonWrappers}. It learns of stages from service files and reflection
 * alone; it must not know any stage by name, and it is in no jar that is shipped.
 */
package org.sparkstrom.python;
