// SPDX-License-Identifier: Apache-2.0
/**
 * The tab of an application's fits in Spark's own UI. Starts at {@link
 * org.sparkstrom.spark.webui.TrainingTab}. The only package that sees Spark's private UI code, of
 * which the tab must be a part to get its navigation, access control and headers.
 */
package org.sparkstrom.spark.webui;
