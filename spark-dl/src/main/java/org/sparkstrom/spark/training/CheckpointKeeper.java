// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.checkpoint.Checkpoint;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.CheckpointDirectory;
import org.sparkstrom.spark.checkpoint.CheckpointException;
import org.sparkstrom.spark.checkpoint.CheckpointPart;
import org.sparkstrom.spark.checkpoint.Manifest;
import org.sparkstrom.spark.network.ConfigurationDifference;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * The driver's share of a fit's checkpoints: finds the one to resume from, and completes those
 * whose parts the workers have written.
 *
 * <p>Used by the thread that fits.
 */
final class CheckpointKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

  private static final String NETWORK = "network";

  private final CheckpointConfig config;
  private final CheckpointDirectory directory;
  private final NetworkSnapshot network;
  private final SortedMap<String, String> facts;
  private final long sessionId;

  private CheckpointKeeper(
      CheckpointConfig config,
      CheckpointDirectory directory,
      NetworkSnapshot network,
      SortedMap<String, String> facts,
      long sessionId) {
    this.config = config;
    this.directory = directory;
    this.network = network;
    this.facts = facts;
    this.sessionId = sessionId;
  }

  /** A keeper, if the fit writes checkpoints. Touches no file. */
  static Optional<CheckpointKeeper> of(
      CheckpointConfig config,
      Configuration hadoop,
      NetworkSnapshot network,
      SortedMap<String, String> facts,
      long sessionId) {
    if (!config.isOn()) {
      return Optional.empty();
    }
    CheckpointDirectory directory = CheckpointDirectory.open(hadoop, config.directory());
    return Optional.of(new CheckpointKeeper(config, directory, network, facts, sessionId));
  }

  /**
   * What two fits must have in common so that one can go on where the other stopped.
   *
   * @param roundsPerEpoch follows from the rows, so that other data is noticed
   * @param labels what the classes stand for, so that another order is noticed; empty if not known
   */
  static SortedMap<String, String> facts(
      NetworkSnapshot network,
      TrainingConfig config,
      int workers,
      long rows,
      long roundsPerEpoch,
      List<String> labels) {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put(NETWORK, sha256(withoutCounts(network.configurationJson())));
    facts.put("parameters", String.valueOf(network.parameters().length));
    facts.put("workers", String.valueOf(workers));
    facts.put("seed", String.valueOf(config.seed()));
    facts.put("batchSize", String.valueOf(config.batchSize()));
    facts.put("rows", String.valueOf(rows));
    facts.put("roundsPerEpoch", String.valueOf(roundsPerEpoch));
    facts.put("quantizer", config.quantizer().name());
    facts.put("aggregation", config.aggregation().name());
    facts.put("thresholdPolicy", config.thresholdPolicy().toString());
    facts.put("synchrony", config.synchrony().name());
    facts.put("localSteps", String.valueOf(config.localSteps()));
    if (!labels.isEmpty()) {
      facts.put("labels", labels(labels));
    }
    return facts;
  }

  /** The first labels, to read, and a hash of all, each with its length. */
  private static String labels(List<String> labels) {
    String all =
        labels.stream().map(label -> label.length() + ":" + label).collect(Collectors.joining(","));
    return "%s%s (SHA-256 %s)"
        .formatted(
            labels.subList(0, Math.min(5, labels.size())),
            labels.size() > 5 ? " of " + labels.size() : "",
            sha256(all));
  }

  /** How far a network has trained stands in its configuration, but does not make it another. */
  private static String withoutCounts(String configurationJson) {
    return configurationJson.replaceAll("\"(iterationCount|epochCount)\"\\s*:\\s*\\d+", "\"$1\":0");
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }

  /**
   * The state to resume from, if there is one.
   *
   * @throws CheckpointException if it is damaged or of another fit, or the directory cannot be
   *     written
   */
  Optional<FitStart> resume() {
    Optional<Checkpoint> chosen = directory.choose(config.resume(), facts, this::explain);
    directory.removeIncomplete();
    directory.requireWritable();
    return chosen.map(this::read);
  }

  /** What is different about the network of a checkpoint, of which the facts hold only a hash. */
  private Optional<String> explain(Checkpoint checkpoint, String fact) {
    if (!fact.equals(NETWORK)) {
      return Optional.empty();
    }
    try {
      String written =
          checkpoint.readCommon(directory.files()).text(WorkerCheckpoints.CONFIGURATION);
      return ConfigurationDifference.between(
          network.network(), NetworkConfiguration.ofJson(written));
    } catch (CheckpointException | IllegalArgumentException e) {
      LOG.warn("what differs in the network of '{}' cannot be told", checkpoint.path(), e);
      return Optional.empty();
    }
  }

  private FitStart read(Checkpoint checkpoint) {
    CheckpointPart common = checkpoint.readCommon(directory.files());
    TrainingState state = TrainingState.of(common.section(WorkerCheckpoints.STATE));
    TrainingPlace place = state.place();
    LOG.info("resumes from '{}' at {}", checkpoint.path(), place);
    NetworkSnapshot network =
        new NetworkSnapshot(
            common.text(WorkerCheckpoints.CONFIGURATION),
            state.parameters(),
            new float[0],
            place.iteration(),
            place.epoch());
    return new FitStart(
        network, place, ResumePoint.of(checkpoint), checkpoint.manifest().history());
  }

  /** Completes a checkpoint, or gives it up if parts are missing; empty then. */
  Optional<Checkpoint> complete(FitDecisions.PartsWritten written) {
    Path path = directory.pathOf(written.epoch(), written.round(), sessionId);
    if (written.parts().isEmpty()) {
      LOG.warn("'{}' is given up: a worker had no state worth keeping, or was lost", path);
      return Optional.empty();
    }
    Manifest manifest =
        new Manifest(
            facts,
            written.epoch(),
            written.round(),
            written.parts(),
            written.history(),
            written.score(),
            System.currentTimeMillis());
    return Optional.of(directory.complete(path, manifest, config.keep()));
  }

  /** Removes what has not been completed. */
  @Override
  public void close() {
    directory.removeIncomplete();
  }
}
