// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction;
import org.datavec.api.writable.Writable;

/** A sink that looks at each value of each record and keeps none, as Spark's own does with rows. */
record RecordSink() implements VoidFunction<Iterator<List<Writable>>> {
  @Override
  public void call(Iterator<List<Writable>> records) {
    while (records.hasNext()) {
      for (Writable value : records.next()) {
        if (value == null) {
          throw new IllegalStateException("the executor gave a record with a hole");
        }
      }
    }
  }
}
