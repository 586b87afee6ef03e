// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.membership.ViewChanges;
import org.sparkstrom.sharing.topology.Topology;

/**
 * Turns each worker's update into the one that all replicas apply.
 *
 * <p>Not thread-safe: the training thread calls it once a step.
 */
public interface UpdateExchange extends AutoCloseable {

  /**
   * The exchange that the configuration asks for.
   *
   * @param initial the parameters that all replicas start with, float32 [parameterCount]
   * @param replica saved for joiners, restored if this worker is one
   * @throws IllegalArgumentException if the settings do not go together
   */
  static UpdateExchange open(
      Peering peering,
      BlockLayout layout,
      ExchangeConfig config,
      float[] initial,
      ReplicaState replica) {
    if (config.synchrony() == Synchrony.ASYNC) {
      if (peering.changes() != ViewChanges.NONE) {
        throw new IllegalArgumentException(
            "the synchrony ASYNC needs a view that does not change, but workers of this fit may"
                + " come and go; take SYNC or PIPELINED, or set minWorkers to the number of"
                + " workers");
      }
      return new AsynchronousExchange(peering, layout, config, initial);
    }
    boolean fixedView = peering.changes() == ViewChanges.NONE;
    if (config.topology() == Topology.REGIONS && !fixedView) {
      throw new IllegalArgumentException(
          "the topology REGIONS needs a view that does not change, but workers of this fit may come"
              + " and go; take MESH or AUTO, or set minWorkers to the number of workers");
    }
    LocalAnchor anchor = new LocalAnchor(initial, replica);
    ReplicaState shared = config.localSteps() == 1 ? replica : anchor;
    UpdateExchange rounds =
        fixedView && config.usesRegions(peering.view().size())
            ? new RegionExchange(peering, layout, config)
            : new SynchronousExchange(peering, layout, config, shared);
    return config.localSteps() == 1
        ? rounds
        : new LocalStepsExchange(rounds, localSteps(config, rounds), anchor);
  }

  private static IntSupplier localSteps(ExchangeConfig config, UpdateExchange rounds) {
    return config.quantizer() == Quantizer.AUTO
        ? () -> rounds.choice().map(ModeChoice::localSteps).orElse(1)
        : config::localSteps;
  }

  /** What {@link #exchange} and {@link #drain} leave in the array. */
  default Outcome outcome() {
    return Outcome.UPDATE;
  }

  /**
   * Takes the update of this worker and leaves in its place what {@link #outcome()} says: the
   * aggregate over all workers, or the parameters. Blocks until the peers' frames that it needs are
   * here; the result of rounds in step has the same bits on all workers.
   *
   * @param update float32 [parameterCount]
   * @throws RoundFailedException if peers do not answer in time or send what cannot be read
   * @throws org.sparkstrom.sharing.codec.NonFiniteUpdateException if training has diverged
   * @throws org.sparkstrom.sharing.membership.SharingAbortedException if the fit has ended
   */
  void exchange(float[] update);

  /**
   * Leaves the outcome of what is still on its way after the last {@link #exchange}, so that
   * nothing is lost: an update of zeros if nothing is. Then the parameters have the same bits on
   * all workers. Called once, at the end: the exchange takes no updates after it.
   *
   * @param update float32 [parameterCount]; what it holds before does not matter
   */
  void drain(float[] update);

  /**
   * Brings a worker that has joined a running fit to where the others are. Blocks until another
   * worker's snapshot has been restored; called before the first {@link #exchange}.
   *
   * @return how often the others have called {@link #exchange} by then: 0 in a new fit
   */
  default long catchUp() {
    return 0;
  }

  /**
   * A copy of the parameters that this exchange keeps, float32 [parameterCount], which a replica
   * takes after {@link #catchUp}; empty if its outcome is an update.
   */
  default Optional<float[]> parameters() {
    return Optional.empty();
  }

  /**
   * Makes the parameters the same on all workers between two steps. All workers call it after the
   * same step; with ASYNC nobody may take the next step before all have called it. Where {@link
   * #outcome} is {@link Outcome#PARAMETERS}, it leaves them in the array; else they are the same
   * after every step, and nothing happens.
   *
   * @param parameters float32 [parameterCount]
   */
  default void settle(float[] parameters) {}

  /**
   * The state to go on from in another fit, for {@link #restore}. Called between two steps, after
   * {@link #settle}.
   */
  ExchangeState save();

  /**
   * Goes on where the exchange stood that saved the state, of the same layout and configuration and
   * with as many workers. Called on all workers after the same step, or before the first; with
   * rounds in flight before the first alone.
   *
   * @throws IllegalArgumentException if the bytes do not fit
   */
  void restore(ExchangeState state);

  /**
   * One turn of what the others may still need of a worker that has drained its exchange. Called
   * again and again while it waits for them to complete; does not block.
   */
  default void serve() {}

  /** The ranks of the view in force, rising. */
  List<Integer> ranks();

  /**
   * The way of sharing that was chosen with the quantizer AUTO; empty while it is tried out, and
   * with any other quantizer. The same on all workers after the same step.
   */
  default Optional<ModeChoice> choice() {
    return Optional.empty();
  }

  /** What has been done so far. */
  ExchangeCounters counters();

  /** How it is doing; costs a pass over the residual. */
  ExchangeMetrics metrics();

  /** Ends the exchange; the transport stays open for its owner to close. Idempotent. */
  @Override
  void close();
}
