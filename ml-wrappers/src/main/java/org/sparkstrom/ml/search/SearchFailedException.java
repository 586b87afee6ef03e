// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

/** No candidate of a search could be trained, or one failed where that ends the search. */
public final class SearchFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SearchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
