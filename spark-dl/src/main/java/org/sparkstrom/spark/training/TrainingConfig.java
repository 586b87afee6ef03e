// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.data.StoreMemory;

/**
 * How a fit runs: everything that is not the network and not the data.
 *
 * @param workers number of workers, each in a task slot of its own; 0 for one per slot
 * @param minWorkers workers without whom the fit ends; with as many or more it goes on when others
 *     are lost. 0 for half of the workers, rounded up, and for all of them where they cannot come
 *     and go ({@link Synchrony#ASYNC})
 * @param batchSize rows per worker and round
 * @param epochs passes over the data, beyond those that the given network has made
 * @param seed decides the order of rows in each epoch of the network
 * @param quantizer how updates are shared; with {@link Quantizer#AUTO} both FLOAT16 and THRESHOLD
 *     are tried in the first rounds, and all go on with what took less time ({@link
 *     TrainingResult#modeChoices()}). Times differ from fit to fit: one that is to be repeated to
 *     the bit sets what was chosen
 * @param aggregation whether the workers' updates are averaged or summed
 * @param thresholdPolicy how the threshold is chosen, for {@link Quantizer#THRESHOLD} and AUTO
 * @param synchrony how long a replica goes on without its peers' updates
 * @param localSteps steps of a worker whose updates are added up before they are shared; with AUTO
 *     the most that it may choose, since they change the course of training
 * @param handleInvalid what happens to rows with null or non-finite features
 * @param rendezvousTimeout how long executors and workers may take to appear
 * @param roundTimeout how long a worker waits for its peers in one round
 * @param storeMemoryBytes bytes of rows that a worker keeps in memory before it spills to disk;
 *     {@link StoreMemory#COMPUTED} to compute it from the executor's memory overhead
 * @param classWeights what classes count in the loss, by index; 1 for those that are not in it
 * @param care checkpoints, what happens to a fit that diverges, and its early end
 */
public record TrainingConfig(
    int workers,
    int minWorkers,
    int batchSize,
    int epochs,
    long seed,
    Quantizer quantizer,
    Aggregation aggregation,
    ThresholdPolicy thresholdPolicy,
    Synchrony synchrony,
    int localSteps,
    HandleInvalid handleInvalid,
    Duration rendezvousTimeout,
    Duration roundTimeout,
    long storeMemoryBytes,
    Map<Integer, Double> classWeights,
    FitCare care)
    implements Serializable {

  public TrainingConfig {
    require("workers", workers, 0);
    require("minWorkers", minWorkers, 0);
    require("batchSize", batchSize, 1);
    require("epochs", epochs, 1);
    require("storeMemoryBytes", storeMemoryBytes, StoreMemory.COMPUTED);
    classWeights = Map.copyOf(classWeights);
    Objects.requireNonNull(quantizer, "quantizer");
    Objects.requireNonNull(aggregation, "aggregation");
    Objects.requireNonNull(thresholdPolicy, "thresholdPolicy");
    Objects.requireNonNull(handleInvalid, "handleInvalid");
    Objects.requireNonNull(care, "care");
    requirePositive("rendezvousTimeout", rendezvousTimeout);
    requirePositive("roundTimeout", roundTimeout);
    ExchangeConfig unused = // refuses what does not go together
        new ExchangeConfig(quantizer, aggregation, thresholdPolicy, roundTimeout, 0)
            .with(synchrony)
            .withLocalSteps(localSteps);
    care.requireFits(synchrony, localSteps);
    if (workers > 0) {
      int unusedToo = leastWorkers(workers, minWorkers, synchrony);
    }
  }

  /**
   * The number of workers without whom a fit with so many ends.
   *
   * <p>The default is half of them: whoever is lost comes back as soon as Spark has a slot, and
   * until then the others learn from their rows alone, which should not be the lesser part.
   *
   * @throws IllegalArgumentException if {@code minWorkers} does not fit the number or the mode
   */
  int minWorkers(int ofWorkers) {
    return leastWorkers(ofWorkers, minWorkers, synchrony);
  }

  private static int leastWorkers(int workers, int minWorkers, Synchrony synchrony) {
    if (minWorkers > workers) {
      throw new IllegalArgumentException(
          "minWorkers must be at most workers = %d, but is %d".formatted(workers, minWorkers));
    }
    boolean fixed = synchrony == Synchrony.ASYNC;
    if (fixed && minWorkers > 0 && minWorkers < workers) {
      throw new IllegalArgumentException(
          "minWorkers must be workers = %d with the synchrony ASYNC, in which no worker can be replaced, but is %d; take SYNC or PIPELINED to survive losses"
              .formatted(workers, minWorkers));
    }
    if (minWorkers > 0) {
      return minWorkers;
    }
    return fixed ? workers : (workers + 1) / 2;
  }

  /** The part that concerns the exchange of updates, for networks of that fingerprint. */
  ExchangeConfig exchangeConfig(long modelFingerprint) {
    return new ExchangeConfig(
            quantizer, aggregation, thresholdPolicy, roundTimeout, modelFingerprint)
        .with(synchrony)
        .withLocalSteps(localSteps);
  }

  private static void require(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, but is %d".formatted(name, least, value));
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("%s must be positive, but is %s".formatted(name, value));
    }
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings; {@link #build()} checks them all. */
  public static final class Builder {
    private int workers;
    private int minWorkers;
    private int batchSize = 32;
    private int epochs = 10;
    private long seed = 42;
    private Quantizer quantizer = Quantizer.THRESHOLD;
    private Aggregation aggregation = Aggregation.MEAN;
    private ThresholdPolicy thresholdPolicy = new TargetDensity(1e-3, 200, -10);
    private Synchrony synchrony = Synchrony.SYNC;
    private int localSteps = 1;
    private HandleInvalid handleInvalid = HandleInvalid.ERROR;
    private Duration rendezvousTimeout = Duration.ofSeconds(60);
    private Duration roundTimeout = Duration.ofSeconds(60);
    private long storeMemoryBytes = StoreMemory.COMPUTED;
    private Map<Integer, Double> classWeights = Map.of();
    private FitCare care = FitCare.DEFAULT;

    private Builder() {}

    public Builder workers(int value) {
      workers = value;
      return this;
    }

    public Builder minWorkers(int value) {
      minWorkers = value;
      return this;
    }

    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder quantizer(Quantizer value) {
      quantizer = value;
      return this;
    }

    public Builder aggregation(Aggregation value) {
      aggregation = value;
      return this;
    }

    public Builder thresholdPolicy(ThresholdPolicy value) {
      thresholdPolicy = value;
      return this;
    }

    public Builder synchrony(Synchrony value) {
      synchrony = value;
      return this;
    }

    public Builder localSteps(int value) {
      localSteps = value;
      return this;
    }

    public Builder handleInvalid(HandleInvalid value) {
      handleInvalid = value;
      return this;
    }

    public Builder rendezvousTimeout(Duration value) {
      rendezvousTimeout = value;
      return this;
    }

    public Builder roundTimeout(Duration value) {
      roundTimeout = value;
      return this;
    }

    public Builder storeMemoryBytes(long value) {
      storeMemoryBytes = value;
      return this;
    }

    public Builder care(FitCare value) {
      care = value;
      return this;
    }

    public Builder classWeights(Map<Integer, Double> value) {
      classWeights = value;
      return this;
    }

    public TrainingConfig build() {
      return new TrainingConfig(
          workers,
          minWorkers,
          batchSize,
          epochs,
          seed,
          quantizer,
          aggregation,
          thresholdPolicy,
          synchrony,
          localSteps,
          handleInvalid,
          rendezvousTimeout,
          roundTimeout,
          storeMemoryBytes,
          classWeights,
          care);
    }
  }
}
