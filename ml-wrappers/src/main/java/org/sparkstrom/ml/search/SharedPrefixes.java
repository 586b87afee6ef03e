// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.sparkstrom.ml.stage.StageSettings;

/**
 * The stages before the one that is tuned, as a tree: candidates whose first stages are set alike
 * share them, fitted once, and the rows that come out of them. Thread-safe: who comes second to a
 * stage waits for the one who fits it.
 *
 * <p>Owns the persisted rows; {@link #close} drops them.
 */
final class SharedPrefixes implements AutoCloseable {

  /** A stage with all that it is set to. */
  private record Key(String uid, Map<String, Object> values) {}

  /**
   * What the stages so far have made.
   *
   * @param fitted the stages, fitted
   * @param train rows to fit on
   * @param validation rows to judge by
   */
  record Prefix(List<Transformer> fitted, Dataset<Row> train, Dataset<Row> validation) {}

  private static final class Node {
    private final Prefix prefix;
    private final Map<Key, FutureTask<Node>> next = new ConcurrentHashMap<>();
    private boolean persisted;

    Node(Prefix prefix) {
      this.prefix = prefix;
    }
  }

  private final Node root;
  private final AtomicInteger fits = new AtomicInteger();
  private final List<Dataset<Row>> persisted = new ArrayList<>();
  private boolean closed;

  SharedPrefixes(Dataset<Row> train, Dataset<Row> validation) {
    root = new Node(new Prefix(List.of(), train, validation));
    persist(root);
  }

  /** The rows behind these stages, which are copies of the pipeline's with a candidate's values. */
  Prefix after(List<PipelineStage> stages) throws InterruptedException {
    Node node = root;
    for (PipelineStage stage : stages) {
      node = child(node, stage);
    }
    persist(node);
    return node.prefix;
  }

  /** The rows that the first stage is fitted on. */
  Dataset<Row> rows() {
    return root.prefix.train();
  }

  /** Estimators that were fitted so far. */
  int fits() {
    return fits.get();
  }

  private Node child(Node parent, PipelineStage stage) throws InterruptedException {
    Key key = new Key(stage.uid(), StageSettings.values(stage));
    FutureTask<Node> mine = new FutureTask<>(() -> fit(parent.prefix, stage));
    FutureTask<Node> known = parent.next.putIfAbsent(key, mine);
    if (known == null) {
      mine.run();
      known = mine;
    }
    try {
      return known.get();
    } catch (ExecutionException e) {
      // The next candidate may try anew: the cause may have been of the moment
      parent.next.remove(key, known);
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      } else if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new SearchFailedException(
          stage.uid() + " could not be fitted: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private Node fit(Prefix before, PipelineStage stage) {
    Transformer fitted;
    if (stage instanceof Estimator<?> estimator) {
      fitted = estimator.fit(before.train());
      fits.incrementAndGet();
    } else {
      fitted = (Transformer) stage;
    }
    List<Transformer> all = new ArrayList<>(before.fitted());
    all.add(fitted);
    return new Node(
        new Prefix(
            List.copyOf(all),
            fitted.transform(before.train()),
            fitted.transform(before.validation())));
  }

  /** What trials start from is read many times. */
  private synchronized void persist(Node node) {
    if (!node.persisted && !closed) {
      node.persisted = true;
      persisted.add(node.prefix.train().persist(StorageLevel.MEMORY_AND_DISK()));
      persisted.add(node.prefix.validation().persist(StorageLevel.MEMORY_AND_DISK()));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    persisted.forEach(rows -> rows.unpersist(false));
    persisted.clear();
  }
}
