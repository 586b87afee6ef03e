// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The course of a fit, as far as it has come: what the training page shows, live and saved with a
 * model.
 *
 * <p>Its size is bounded whatever the length of the fit: see {@link FitRecorder}. As JSON, numbers
 * that are NaN or infinite are strings. Immutable.
 *
 * @param start what was known at the start
 * @param state how far it is
 * @param curves what was reported a few times a second
 * @param epochs what was measured in epochs
 * @param blocks how layers were shared
 * @param workers who takes part or has been lost, by rank
 * @param happenings losses, joins and decisions, in their order
 */
public record FitHistory(
    Start start,
    State state,
    Curves curves,
    Epochs epochs,
    Blocks blocks,
    List<Worker> workers,
    List<Happening> happenings)
    implements Serializable {

  /** Nothing: of a network whose fit was not recorded. */
  public static final FitHistory NONE =
      new FitHistory(
          new Start("", 0, 0, 0, 0, 0, ""),
          new State(Phase.COMPLETED, 0, 0, 0, "", 0, "", ""),
          Curves.NONE,
          new Epochs(1, List.of()),
          new Blocks(1, List.of(), List.of()),
          List.of(),
          List.of());

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public FitHistory {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(curves, "curves");
    Objects.requireNonNull(epochs, "epochs");
    Objects.requireNonNull(blocks, "blocks");
    workers = List.copyOf(workers);
    happenings = List.copyOf(happenings);
  }

  /** Where a fit is. */
  public enum Phase {
    /** It checks the data and starts workers, or trains. */
    RUNNING,
    /** It has ended well. */
    COMPLETED,
    /** It has ended with an error. */
    FAILED
  }

  /**
   * What was known at the start.
   *
   * @param name of the fit, for people
   * @param startedMs by the driver's clock, in milliseconds since 1970
   * @param workers how many were asked for; 0 while the data is checked
   * @param rows rows to train on
   * @param validationRows rows to validate with
   * @param parameters parameters of the network
   * @param resumedFrom path of the checkpoint that it goes on from; empty if none
   */
  public record Start(
      String name,
      long startedMs,
      int workers,
      long rows,
      long validationRows,
      long parameters,
      String resumedFrom)
      implements Serializable {}

  /**
   * How far a fit is.
   *
   * @param seconds since the training stage was submitted
   * @param epoch epochs completed by all workers
   * @param epochs epochs of the network at the end
   * @param sharing how updates are shared with the quantizer AUTO, and why; empty if not chosen
   * @param checkpoints checkpoints completed
   * @param lastCheckpoint path of the latest; empty if none
   * @param failure what ended the fit; empty if nothing did
   */
  public record State(
      Phase phase,
      double seconds,
      int epoch,
      int epochs,
      String sharing,
      int checkpoints,
      String lastCheckpoint,
      String failure)
      implements Serializable {}

  /**
   * Reports of all workers together, of equal length. Rows and bytes are totals so far, so that
   * their differences hold whatever points are kept; the share of a worker that is lost leaves
   * them.
   *
   * @param every one of how many reports is kept
   * @param seconds since the training stage was submitted
   * @param round rounds completed by all workers
   * @param loss mean loss of the epoch in progress
   * @param rows rows trained on
   * @param bytesSent bytes sent to peers
   * @param denseBytes what float32 updates would have taken
   * @param density share of the parameters that were sent in a round, on average so far
   */
  public record Curves(
      long every,
      List<Double> seconds,
      List<Long> round,
      List<Double> loss,
      List<Long> rows,
      List<Long> bytesSent,
      List<Long> denseBytes,
      List<Double> density)
      implements Serializable {

    static final Curves NONE =
        new Curves(1, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Curves {
      seconds = List.copyOf(seconds);
      round = List.copyOf(round);
      loss = List.copyOf(loss);
      rows = List.copyOf(rows);
      bytesSent = List.copyOf(bytesSent);
      denseBytes = List.copyOf(denseBytes);
      density = List.copyOf(density);
    }
  }

  /**
   * Epochs that have ended.
   *
   * @param every one of how many is kept
   */
  public record Epochs(long every, List<Epoch> measured) implements Serializable {
    public Epochs {
      measured = List.copyOf(measured);
    }
  }

  /**
   * One epoch.
   *
   * @param epoch 0-based, counted from the network's first
   * @param loss mean training loss
   * @param validation figures on validation rows, by name
   */
  public record Epoch(int epoch, double loss, Map<String, Double> validation)
      implements Serializable {
    public Epoch {
      validation = Collections.unmodifiableMap(new TreeMap<>(validation));
    }
  }

  /**
   * How the layers of the network were shared in the last rounds of epochs.
   *
   * @param every one of how many epochs is kept
   * @param names of the layers
   * @param measured one for each epoch that is kept
   */
  public record Blocks(long every, List<String> names, List<Sharing> measured)
      implements Serializable {
    public Blocks {
      names = List.copyOf(names);
      measured = List.copyOf(measured);
    }
  }

  /**
   * How layers were shared in one epoch.
   *
   * @param epoch 0-based
   * @param density share of each layer's parameters that was sent
   * @param threshold the step of each layer; 0 where updates are sent whole
   */
  public record Sharing(int epoch, List<Double> density, List<Double> threshold)
      implements Serializable {
    public Sharing {
      density = List.copyOf(density);
      threshold = List.copyOf(threshold);
    }
  }

  /**
   * One worker.
   *
   * @param label where its latest attempt runs or ran
   * @param state what it does
   * @param round rounds that it has reported
   * @param rows rows that its latest attempt has trained on
   * @param losses how often an attempt was lost
   */
  public record Worker(int rank, String label, WorkerState state, long round, long rows, int losses)
      implements Serializable {}

  /** What has become of a worker. */
  public enum WorkerState {
    /** It takes part. */
    TRAINING,
    /** An attempt of it was lost, and the next one has taken its place. */
    REPLACED,
    /** It is lost, and the others go on. */
    LOST,
    /** The fit has ended with it. */
    DONE
  }

  /**
   * Something that has happened to a fit.
   *
   * @param seconds since the training stage was submitted
   * @param kind which of them
   * @param text what happened, for people
   */
  public record Happening(double seconds, HappeningKind kind, String text)
      implements Serializable {}

  /** What may happen to a fit. */
  public enum HappeningKind {
    /** A worker was lost. */
    LOST,
    /** A worker has come to the running fit. */
    JOINED,
    /** The way of sharing was chosen. */
    MODE,
    /** An epoch was undone, or some worker skipped rounds, because an update was not finite. */
    RECOVERY,
    /** A checkpoint was completed; the latest alone. */
    CHECKPOINT,
    /** The fit ends before its last epoch. */
    STOPPED,
    /** The fit has failed. */
    FAILED
  }

  /** What is known of a fit that was not recorded: its epochs. */
  public static FitHistory ofEpochs(
      List<Double> losses, List<Map<String, Double>> validation, double seconds) {
    List<Epoch> measured = new ArrayList<>();
    IntStream.range(0, losses.size())
        .forEach(
            i ->
                measured.add(
                    new Epoch(
                        i, losses.get(i), i < validation.size() ? validation.get(i) : Map.of())));
    return new FitHistory(
        NONE.start(),
        new State(Phase.COMPLETED, seconds, losses.size(), losses.size(), "", 0, "", ""),
        NONE.curves(),
        new Epochs(1, measured),
        NONE.blocks(),
        List.of(),
        List.of());
  }

  /** True of a fit that was not recorded. */
  public boolean isEmpty() {
    return curves.round().isEmpty() && epochs.measured().isEmpty() && start.workers() == 0;
  }

  /** The history as JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history cannot be written as JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #toJson} has written, of this release or another one.
   *
   * @throws IllegalArgumentException if it is no history
   */
  public static FitHistory fromJson(String json) {
    String rule = "the history of a fit must be the JSON that saving a model writes, but ";
    try {
      FitHistory history = JSON.readValue(json, FitHistory.class);
      if (history == null) {
        throw new IllegalArgumentException(rule + "is null");
      }
      return history;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(rule + "is damaged: " + e.getOriginalMessage(), e);
    }
  }
}
