// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.junit.jupiter.api.Test;
import org.sparkstrom.ml.NetworkClassifier;

class SearchSpaceTest {
  private final LogisticRegression regression = new LogisticRegression("regression");
  private final NetworkClassifier network = new NetworkClassifier("network");

  private static List<Map<String, String>> readable(ParamMap[] candidates) {
    return Arrays.stream(candidates).map(ParamValues::readable).toList();
  }

  @Test
  void aGridHasAllCombinationsAsSparksBuilderHasThem() {
    ParamMap[] ours =
        new SearchSpace()
            .values(regression.regParam(), 0.1, 0.2)
            .values(regression.maxIter(), 1, 2, 3)
            .grid();
    ParamMap[] sparks =
        new ParamGridBuilder()
            .addGrid(regression.regParam(), new double[] {0.1, 0.2})
            .addGrid(regression.maxIter(), new int[] {1, 2, 3})
            .build();

    assertThat(readable(ours)).containsExactlyInAnyOrderElementsOf(readable(sparks)).hasSize(6);
    assertThat(readable(ours).get(1))
        .isEqualTo(Map.of("regression.regParam", "0.1", "regression.maxIter", "2"));
  }

  @Test
  void arraysAreValuesToo() {
    ParamMap[] candidates =
        new SearchSpace()
            .values(network.layers(), new int[] {4, 3}, new int[] {4, 8, 3})
            .values(network.learningRate(), 0.1)
            .grid();

    assertThat(network.copy(candidates[1]).getLayers()).containsExactly(4, 8, 3);
    assertThat(readable(candidates).get(1)).containsEntry("network.layers", "[4, 8, 3]");
  }

  @Test
  void samplesAreDistinctAndRepeatWithTheirSeed() {
    SearchSpace space =
        new SearchSpace()
            .logUniform(regression.regParam(), 1e-4, 1e-1)
            .uniform(regression.elasticNetParam(), 0, 1)
            .integers(regression.maxIter(), 5, 7);

    ParamMap[] sample = space.sample(300, 42);

    assertThat(readable(sample)).isEqualTo(readable(space.sample(300, 42))).doesNotHaveDuplicates();
    assertThat(readable(space.sample(300, 43))).isNotEqualTo(readable(sample));
    Set<Integer> iterations = new HashSet<>();
    int small = 0;
    for (ParamMap candidate : sample) {
      LogisticRegression set = regression.copy(candidate);
      iterations.add(set.getMaxIter());
      assertThat(set.getRegParam()).isBetween(1e-4, 1e-1);
      assertThat(set.getElasticNetParam()).isBetween(0.0, 1.0);
      small += set.getRegParam() < 1e-3 ? 1 : 0;
    }
    assertThat(iterations).containsExactlyInAnyOrder(5, 6, 7);
    assertThat(small).as("in the lowest of three orders of magnitude").isBetween(70, 130);
  }

  @Test
  void aSmallSpaceGivesAllThatItHas() {
    SearchSpace space =
        new SearchSpace()
            .integers(regression.maxIter(), 1, 3)
            .values(regression.fitIntercept(), true, false);
    assertThat(space.sample(50, 1)).hasSize(6);
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    assertThatThrownBy(() -> new SearchSpace().uniform(regression.regParam(), 1, 1))
        .hasMessage("the range of regParam must be finite and rise, but is 1.0 to 1.0");
    assertThatThrownBy(() -> new SearchSpace().logUniform(regression.regParam(), 0, 1))
        .hasMessage("the range of regParam must be finite, above 0 and rise, but is 0.0 to 1.0");
    assertThatThrownBy(() -> new SearchSpace().values(regression.regParam()))
        .hasMessageContaining("regression.regParam must have values");
    assertThatThrownBy(() -> new SearchSpace().integers(regression.maxIter(), 1, 3).grid())
        .hasMessageContaining("regression.maxIter must have a list of values for a grid");
    assertThatThrownBy(
            () ->
                new SearchSpace()
                    .values(regression.maxIter(), 1)
                    .integers(regression.maxIter(), 1, 3))
        .hasMessageContaining("must be in a space once");
    assertThatThrownBy(() -> new SearchSpace().sample(0, 1)).hasMessageContaining("but is 0");
  }
}
