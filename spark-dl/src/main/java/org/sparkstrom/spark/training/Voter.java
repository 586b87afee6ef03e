// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;

/** A worker's voice in what the driver decides for all. */
interface Voter {

  /** Votes and blocks until it is decided; meanwhile the peers are served. */
  ByteBuffer decide(String ballot, ByteBuffer vote);

  /** Votes on what the worker does not wait for; may be called by any thread. */
  void vote(String ballot, ByteBuffer vote);
}
