// SPDX-License-Identifier: Apache-2.0

/**
 * Text on Spark: words of Japanese, and vectors of any text, as spark.ml stages.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.text.JapaneseTokenizer} (text to words, by Lucene's
 * Kuromoji) and {@link org.sparkstrom.datavec.text.TextHashingTransformer} (text or words to a
 * vector, without a vocabulary). Spark's own {@code IDF} on top makes TF-IDF. This package must
 * know nothing of networks.
 */
package org.sparkstrom.datavec.text;
