// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.time.Duration;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;

/**
 * How long the epochs of a fit took, from the last sign that none had begun to the end of the last
 * one: training and evaluation, without the jobs before it.
 */
final class EpochsSpan implements TrainingListener {
  private Duration begin = Duration.ZERO;
  private Duration end = Duration.ZERO;

  @Override
  public synchronized void onEvent(TrainingEvent event) {
    if (event instanceof TrainingEvent.RoundProgress told && told.progress().rows() == 0) {
      begin = told.progress().elapsed();
    } else if (event instanceof TrainingEvent.EpochEnded ended) {
      end = ended.elapsed();
    }
  }

  synchronized double seconds() {
    return end.minus(begin).toNanos() * 1e-9;
  }
}
