// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.webui;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparkstrom.spark.training.history.FitHistory;
import org.sparkstrom.spark.training.history.FitRecorder;

/**
 * The latest fits of an application, by number, as JSON for the pages of the tab.
 *
 * <p>Bounded, since a search fits hundreds of networks. Thread-safe: fits are added by threads that
 * fit and read by those of the UI.
 */
final class FitList {
  /** Fits that are kept. */
  static final int MOST_FITS = 50;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TreeMap<Integer, FitRecorder> fits = new TreeMap<>();
  private int count;

  /** Adds a fit; its number follows from how many there were. */
  synchronized void add(FitRecorder fit) {
    fits.put(++count, fit);
    if (fits.size() > MOST_FITS) {
      fits.pollFirstEntry();
    }
  }

  private synchronized Map<Integer, FitRecorder> fits() {
    return new TreeMap<>(fits);
  }

  /** All fits in short. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("most", MOST_FITS);
    ArrayNode list = json.putArray("fits");
    fits()
        .forEach(
            (number, fit) -> {
              FitHistory history = fit.history();
              List<Double> losses = history.curves().loss();
              list.addObject()
                  .put("id", number)
                  .put("name", history.start().name())
                  .put("phase", history.state().phase().name())
                  .put("startedMs", history.start().startedMs())
                  .put("seconds", history.state().seconds())
                  .put("workers", history.start().workers())
                  .put("epoch", history.state().epoch())
                  .put("epochs", history.state().epochs())
                  .put("loss", losses.isEmpty() ? Double.NaN : losses.get(losses.size() - 1))
                  .put(
                      "losses",
                      history.workers().stream().mapToInt(FitHistory.Worker::losses).sum());
            });
    return json.toString();
  }

  /**
   * The history of one fit.
   *
   * @param number as it came with a request
   * @throws IllegalArgumentException if there is no such fit
   */
  String toJson(String number) {
    FitRecorder fit = number.matches("[0-9]{1,9}") ? fits().get(Integer.valueOf(number)) : null;
    if (fit == null) {
      throw new IllegalArgumentException(
          "there must be a fit with this number, but only the latest %d are kept; see the list"
              .formatted(MOST_FITS));
    }
    return fit.history().toJson();
  }
}
