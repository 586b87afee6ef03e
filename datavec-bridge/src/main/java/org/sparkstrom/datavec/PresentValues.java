// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** The results of a function over an iterator, without the absent ones; one value at a time. */
final class PresentValues<T, R> implements Iterator<R> {
  private final Iterator<T> source;
  private final Function<T, Optional<R>> function;
  private Optional<R> next = Optional.empty();

  PresentValues(Iterator<T> source, Function<T, Optional<R>> function) {
    this.source = source;
    this.function = function;
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty() && source.hasNext()) {
      next = function.apply(source.next());
    }
    return next.isPresent();
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows");
    }
    R value = next.get();
    next = Optional.empty();
    return value;
  }
}
