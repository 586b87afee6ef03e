// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;

/** Values are held against the final schema where DataVec derives it rightly, and only there. */
class FinalCheckTest {
  private static final Schema RANGED =
      new Schema.Builder().addColumnDouble("x", 10.0, 20.0).build();

  @Test
  void aRangeThatAStepCarriedOverRightlyIsApplied() {
    TransformProcess halved =
        new TransformProcess.Builder(RANGED).doubleMathOp("x", MathOp.Divide, -2.0).build();

    assertThat(run(halved, 15)).containsExactly(new DoubleWritable(-7.5));
    assertThatThrownBy(() -> run(halved, 21))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("column 'x'")
        .hasMessageContaining("refuses -10.5");
  }

  @Test
  void aRangeThatNoLongerFitsItsValuesIsNotApplied() {
    for (TransformProcess process :
        List.of(
            start().transform(new StandardizeNormalizer("x", 15, 2)).build(),
            start().doubleMathFunction("x", MathFunction.SIN).renameColumn("x", "y").build(),
            start().doubleMathOp("x", MathOp.Modulus, 7.0).build())) {
      assertThatCode(() -> run(process, 13)).doesNotThrowAnyException();
    }
  }

  @Test
  void aRangeThatNoLongerFitsGoesWithItsValues() {
    Schema two =
        new Schema.Builder()
            .addColumnDouble("x", 10.0, 20.0)
            .addColumnDouble("y", 10.0, 20.0)
            .build();
    TransformProcess.Builder start =
        new TransformProcess.Builder(two).transform(new StandardizeNormalizer("x", 15, 2));
    TransformProcess copied = start.duplicateColumn("x", "copy").removeColumns("y").build();
    TransformProcess swapped =
        new TransformProcess.Builder(two)
            .transform(new StandardizeNormalizer("x", 15, 2))
            .renameColumns(List.of("x", "y"), List.of("y", "x"))
            .build();

    assertThat(run(copied, 13, 13)).containsExactly(new DoubleWritable(-1), new DoubleWritable(-1));
    assertThat(run(swapped, 13, 13))
        .containsExactly(new DoubleWritable(-1), new DoubleWritable(13));
    assertThatThrownBy(() -> run(swapped, 13, 21))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("column 'x'")
        .hasMessageContaining("refuses 21.0");
  }

  @Test
  void aRoundingErrorBeyondTheEndIsForgiven() {
    TransformProcess scaled =
        start().transform(new MinMaxNormalizer("x", 0.1, 20.3, -0.1, 0.7)).build();

    assertThatCode(() -> run(scaled, 20.3)).doesNotThrowAnyException();
    assertThatCode(() -> run(scaled, 0.1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> run(scaled, 20.4)).hasMessageContaining("refuses 0.70");
  }

  @Test
  void aRowVectorFitsAVectorsShape() {
    TransformProcess counts =
        new TransformProcess.Builder(new Schema.Builder().addColumnString("s").build())
            .transform(
                new StringListToCountsNDArrayTransform(
                    "s", List.of("u", "v", "w"), ",", false, true))
            .build();
    StepRunner runner = new StepRunner(counts, HandleInvalid.ERROR);

    List<Writable> result = runner.run(List.of(new Text("u,v,u"))).orElseThrow();

    assertThat(SparkSchemas.toSpark(counts.getFinalSchema()).fieldNames()).hasSize(1);
    assertThat(
            new RowConverter(SparkSchemas.toSpark(counts.getFinalSchema()))
                .toRow(result)
                .toString())
        .isEqualTo("[[2.0,1.0,0.0]]");
  }

  private static TransformProcess.Builder start() {
    return new TransformProcess.Builder(RANGED);
  }

  private static List<Writable> run(TransformProcess process, double... values) {
    return new StepRunner(process, HandleInvalid.ERROR)
        .run(DoubleStream.of(values).<Writable>mapToObj(DoubleWritable::new).toList())
        .orElseThrow();
  }
}
