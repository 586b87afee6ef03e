// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.ModelContract;

class WinsorizerTest {
  private static final int ROWS = 1001;

  /** 0 to 1000 in any order; the same as int; with holes. */
  private final Dataset<Row> data = data();

  private final Winsorizer stage =
      new Winsorizer()
          .setInputCols("x.y", "n")
          .setOutputCols("x.y!", "m")
          .setQuantiles(0.1, 0.9)
          .setRelativeError(0);

  private static Dataset<Row> data() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(3));
    List<Row> rows = new ArrayList<>();
    for (int i : order) {
      rows.add(RowFactory.create((double) i, i % 2 == 0 ? (Integer) i : null, "t"));
    }
    rows.add(RowFactory.create(Double.NaN, null, "t"));
    return LocalSpark.session()
        .createDataFrame(rows, StructType.fromDDL("`x.y` DOUBLE, n INT, text STRING"));
  }

  @Test
  void valuesBeyondTheQuantilesComeToThem() {
    WinsorizerModel model = stage.fit(data);

    assertThat(model.getLower()).containsExactly(100, 100);
    assertThat(model.getUpper()).containsExactly(900, 900);
    Dataset<Row> result = model.transform(data);
    assertThat(result.schema()).isEqualTo(model.transformSchema(data.schema()));
    for (Row row : result.collectAsList()) {
      double x = row.getDouble(0);
      assertThat(row.getDouble(3))
          .isEqualTo(Double.valueOf(Double.isNaN(x) ? x : Math.max(100, Math.min(900, x))));
      if (row.isNullAt(1)) {
        assertThat(row.isNullAt(4)).isTrue();
      } else {
        assertThat(row.getDouble(4)).isEqualTo(Math.max(100, Math.min(900, row.getInt(1))));
      }
    }
    Dataset<Row> infinite =
        data.limit(1).selectExpr("double('Infinity') AS `x.y`", "1 AS n", "text");
    assertThat(model.transform(infinite).head().getDouble(3)).isEqualTo(900);
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    ModelContract.check(stage, data, folder);
    WinsorizerModel halved = stage.copy(new ParamMap().put(stage.upperQuantile().w(0.5))).fit(data);
    assertThat(halved.getUpper()).containsExactly(500, 500);
    assertThat(stage.getUpperQuantile()).isEqualTo(0.9);
  }

  @Test
  void infiniteBoundsAreSaved(@TempDir Path folder) throws Exception {
    WinsorizerModel open =
        new WinsorizerModel()
            .setInputCols("n")
            .setOutputCols("m")
            .setBounds(
                new double[] {Double.NEGATIVE_INFINITY}, new double[] {Double.POSITIVE_INFINITY});
    open.save(folder.resolve("m").toString());

    WinsorizerModel loaded = WinsorizerModel.load(folder.resolve("m").toString());

    assertThat(loaded.getLower()).containsExactly(Double.NEGATIVE_INFINITY);
    assertThat(loaded.transform(data).where("m IS DISTINCT FROM n").count()).isZero();
  }

  @Test
  void aFitIsOneJob() throws Exception {
    assertThat(JobCounter.count(() -> stage.fit(data)).jobs()).isEqualTo(1);
  }

  @Test
  void namesMayDifferByCaseAlone() {
    Dataset<Row> both =
        LocalSpark.frame("N INT, n DOUBLE", RowFactory.create(1, 5.0), RowFactory.create(2, 7.0));
    Winsorizer small = new Winsorizer().setInputCols("n").setOutputCols("M").setQuantiles(0, 1);

    Dataset<Row> result =
        small.fit(both).setBounds(new double[] {6}, new double[] {8}).transform(both);

    assertThat(result.columns()).containsExactly("N", "n", "M");
    assertThat(result.collectAsList())
        .containsExactly(RowFactory.create(1, 5.0, 6.0), RowFactory.create(2, 7.0, 7.0));
  }

  @Test
  void columnsWithoutNumbersAreRefused() {
    Dataset<Row> none = data.selectExpr("`x.y`", "CAST(NULL AS INT) AS n", "text");
    assertThatThrownBy(() -> stage.fit(none))
        .hasMessageContaining("column 'n' has no number to find bounds from");
    assertThatThrownBy(() -> stage.fit(data.limit(0)))
        .hasMessageContaining("column 'x.y' has no number");
    assertThatThrownBy(() -> stage.copy(inputs("text", "n")).fit(data))
        .hasMessageContaining("'text' must be a number, but is string");
    assertThatThrownBy(() -> stage.copy(inputs("z", "n")).fit(data))
        .hasMessageContaining("'z' is missing");
    assertThatThrownBy(() -> stage.copy(inputs("n")).fit(data))
        .hasMessageContaining("must name as many columns");
    assertThatThrownBy(() -> new Winsorizer().setInputCols("n").setOutputCols("text").fit(data))
        .hasMessageContaining("already is a column 'text'");
    assertThatThrownBy(() -> stage.setQuantiles(0.9, 0.1).fit(data))
        .hasMessageContaining("lowerQuantile must be below upperQuantile");
    assertThatThrownBy(() -> stage.setRelativeError(-1)).hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> new Winsorizer().fit(data))
        .hasMessageContaining("call setInputCols(...) and setOutputCols(...)");
    WinsorizerModel crossed =
        new WinsorizerModel()
            .setInputCols("n")
            .setOutputCols("m")
            .setBounds(new double[] {2}, new double[] {1});
    assertThatThrownBy(() -> crossed.transform(data))
        .hasMessageContaining("no lower one above its upper one, but are [2.0] and [1.0]");
    assertThatThrownBy(() -> crossed.setBounds(new double[] {Double.NaN}, new double[] {1}))
        .hasMessageContaining("lower must be numbers");
  }

  private ParamMap inputs(String... names) {
    return new ParamMap().put(stage.inputCols().w(names));
  }
}
