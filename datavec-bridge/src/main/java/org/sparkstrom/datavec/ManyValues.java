// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** All that a function gives for the values of an iterator, of which it takes one at a time. */
final class ManyValues<T, R> implements Iterator<R> {
  private final Iterator<T> source;
  private final Function<T, Iterable<R>> function;
  private Iterator<R> current = Collections.emptyIterator();

  ManyValues(Iterator<T> source, Function<T, Iterable<R>> function) {
    this.source = source;
    this.function = function;
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && source.hasNext()) {
      current = function.apply(source.next()).iterator();
    }
    return current.hasNext();
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows");
    }
    return current.next();
  }
}
