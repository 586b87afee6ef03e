// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.text;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.StringHelper;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * Sums terms into a vector at places that a hash names (Weinberger et al., "Feature hashing for
 * large scale multitask learning", 2009).
 *
 * <p>The hash h is MurmurHash3 (x86, 32 bits, seed 0) of the term in UTF-8, as a signed number; the
 * place is |h| modulo the size, and the sign of what is added is that of h where terms are signed:
 * then terms that meet in one place cancel as often as they add, and dot products keep their
 * expectation. These are scikit-learn's rules, so vectors are equal to those of its
 * HashingVectorizer.
 *
 * @param size entries of the vector
 * @param signed whether a term may count as -1
 * @param binary whether a place holds 1 however many terms meet there
 */
record TermHashing(int size, boolean signed, boolean binary, Norm norm) implements Serializable {
  private static final int SEED = 0;

  Vector vector(List<String> terms) {
    Map<Integer, Double> sums = new TreeMap<>();
    for (String term : terms) {
      byte[] bytes = term.getBytes(StandardCharsets.UTF_8);
      int hash = StringHelper.murmurhash3_x86_32(bytes, 0, bytes.length, SEED);
      int place = (int) (Math.abs((long) hash) % size);
      sums.merge(place, signed && hash < 0 ? -1.0 : 1.0, Double::sum);
    }
    if (binary) {
      sums.replaceAll((place, sum) -> 1.0);
    } else {
      sums.values().removeIf(sum -> sum == 0);
    }
    double[] values = sums.values().stream().mapToDouble(Double::doubleValue).toArray();
    norm.apply(values);
    return Vectors.sparse(
        size, sums.keySet().stream().mapToInt(Integer::intValue).toArray(), values);
  }
}
