// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparkstrom.spark.data.TensorColumn.Storage;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkSignature;

/** Decides how rows are packed, and refuses data that do not fit the network. */
final class LayoutPlanner {

  private final NetworkSignature network;
  private final SurveyTotals survey;
  private final RowCheck check;
  private final List<TensorColumn> inputs = new ArrayList<>();
  private final List<TensorColumn> labels = new ArrayList<>();

  private LayoutPlanner(NetworkSignature network, SurveyTotals survey, RowCheck check) {
    this.network = network;
    this.survey = survey;
    this.check = check;
  }

  /**
   * The layout for data that has been surveyed.
   *
   * @throws IllegalArgumentException if a column has more or fewer values than the network takes
   */
  static RowLayout plan(NetworkSignature network, SurveyTotals survey, RowCheck check) {
    LayoutPlanner planner = new LayoutPlanner(network, survey, check);
    for (int i = 0; i < network.inputs().size(); i++) {
      planner.addInput(i);
    }
    for (int i = 0; i < network.outputs().size(); i++) {
      planner.addLabel(i);
    }
    return new RowLayout(planner.inputs, planner.labels, check.weight().exists());
  }

  private void addInput(int index) {
    NetworkInput input = network.inputs().get(index);
    Storage storage = survey.isNarrow(index) ? Storage.UINT8 : Storage.FLOAT32;
    String taker = network.inputs().size() == 1 ? "the network" : "input '" + input.name() + "'";
    inputs.add(
        column(index, input.form(), shape(index, input.shape(), input.form(), taker), storage));
  }

  private void addLabel(int index) {
    NetworkOutput output = network.outputs().get(index);
    int column = network.inputs().size() + index;
    if (output.labels() == NetworkOutput.LabelKind.CLASS_INDEX) {
      labels.add(column(column, output.form(), List.of(output.size()), Storage.CLASS_INDEX));
      return;
    }
    List<Integer> wanted =
        output.form() == Form.IMAGE
            ? List.of(output.size(), NetworkInput.UNKNOWN, NetworkInput.UNKNOWN)
            : List.of(output.size());
    String giver =
        network.outputs().size() == 1 ? "the network's output" : "output '" + output.name() + "'";
    labels.add(column(column, output.form(), labelShape(column, wanted, giver), Storage.FLOAT32));
  }

  private TensorColumn column(int column, Form form, List<Integer> shape, Storage storage) {
    return new TensorColumn(
        check.column(column).column(),
        form,
        shape,
        storage,
        survey.minSteps(column),
        survey.maxSteps(column));
  }

  private List<Integer> shape(int column, List<Integer> wanted, Form form, String taker) {
    int[] found = survey.shapes().get(column);
    List<Integer> fitted = fit(found, wanted);
    if (!fitted.isEmpty()) {
      return fitted;
    }
    String name = check.column(column).column();
    if (form == Form.IMAGE) {
      throw new IllegalArgumentException(
          "%s takes images of %s (channels x height x width, ? where it does not say), but column '%s' has %s values; nest arrays as [channel][row][column], or set the input type of the network, and make both alike"
              .formatted(taker, text(wanted), name, RowCheck.text(found)));
    }
    throw new IllegalArgumentException(
        "%s takes %d inputs, but column '%s' has %d features%s; set the first layer's inputs to %d, or assemble %d features"
            .formatted(
                taker,
                wanted.get(0),
                name,
                found[0],
                form == Form.SEQUENCE ? " in each step" : "",
                found[0],
                wanted.get(0)));
  }

  private List<Integer> labelShape(int column, List<Integer> wanted, String giver) {
    int[] found = survey.shapes().get(column);
    List<Integer> fitted = fit(found, wanted);
    if (fitted.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has %s values, but label column '%s' has %s; set nOut of the output layer, or give the column as many values"
              .formatted(giver, text(wanted), check.column(column).column(), RowCheck.text(found)));
    }
    return fitted;
  }

  /** The shape of a row in a batch; empty if what was found does not fit. */
  private static List<Integer> fit(int[] found, List<Integer> wanted) {
    if (found.length == wanted.size()) {
      for (int i = 0; i < found.length; i++) {
        if (wanted.get(i) != NetworkInput.UNKNOWN && wanted.get(i) != found[i]) {
          return List.of();
        }
      }
      return Arrays.stream(found).boxed().toList();
    }
    long size = 1;
    for (int length : wanted) {
      size *= length;
    }
    return !wanted.contains(NetworkInput.UNKNOWN) && size == found[0] ? wanted : List.of();
  }

  private static String text(List<Integer> shape) {
    StringBuilder text = new StringBuilder();
    for (int length : shape) {
      text.append(text.length() == 0 ? "" : " x ").append(length < 0 ? "?" : "" + length);
    }
    return text.toString();
  }
}
