// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.Objects;
import java.util.function.BiFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;

/**
 * A spark.ml model that consists of its Params and a table, saved as {@code metadata/} and {@code
 * data/} in Parquet, so that each such model need only say how it uses the table.
 *
 * <p>The uid is set before any Param is made, because a Param takes its parent's uid when it is
 * made. Params of a subclass are made in its constructor, after this one's.
 *
 * @param <M> the model itself
 */
public abstract class TableModel<M extends TableModel<M>> extends Model<M> implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ModelTable table;

  protected TableModel(String uid, ModelTable table) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.table = Objects.requireNonNull(table, "table");
  }

  @Override
  public final String uid() {
    return uid;
  }

  /** The same kind of model with this uid and table, and no Params set. */
  protected abstract M create(String uid, ModelTable table);

  /**
   * What the fit found.
   *
   * @throws IllegalStateException when the model was not fitted
   */
  protected final ModelTable table() {
    if (table.isNone()) {
      throw new IllegalStateException(
          uid
              + " was not fitted; take the model that its estimator's fit returns, or a loaded one");
    }
    return table;
  }

  /** A copy that shares the table; a model overrides it with its own type, as Spark asks. */
  @Override
  public M copy(ParamMap extra) {
    return copyValues(create(uid, table), extra).setParent(parent());
  }

  @Override
  public final MLWriter write() {
    return new Writer(this);
  }

  /** A reader of saved models of a class, which this function makes. */
  protected static <M extends TableModel<M>> MLReader<M> reader(
      Class<M> type, BiFunction<String, ModelTable, M> constructor) {
    return new Reader<>(type, constructor);
  }

  private static String data(String path) {
    return path + "/data";
  }

  private static final class Writer extends MLWriter {
    private final TableModel<?> model;

    Writer(TableModel<?> model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      ModelTable table = model.table();
      StageMetadata.save(model, path, sc());
      table.save(sparkSession(), data(path));
    }
  }

  private static final class Reader<M extends TableModel<M>> extends MLReader<M> {
    private final Class<M> type;
    private final BiFunction<String, ModelTable, M> constructor;

    Reader(Class<M> type, BiFunction<String, ModelTable, M> constructor) {
      this.type = type;
      this.constructor = constructor;
    }

    @Override
    public M load(String path) {
      return StageMetadata.load(
          path,
          sc(),
          type,
          uid -> constructor.apply(uid, ModelTable.load(sparkSession(), data(path))));
    }
  }
}
