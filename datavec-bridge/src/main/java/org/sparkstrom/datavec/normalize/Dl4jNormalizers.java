// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MinMaxStrategy;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerHybrid;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStrategy;
import org.nd4j.linalg.dataset.api.preprocessor.StandardizeStrategy;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.dataset.api.preprocessor.stats.DistributionStats;
import org.nd4j.linalg.dataset.api.preprocessor.stats.MinMaxStats;
import org.nd4j.linalg.dataset.api.preprocessor.stats.NormalizerStats;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Translates a {@link Normalization} to DL4J's normalizers and their bytes, and back: the one class
 * of this package that touches ND4J. Statistics are written as float64 row vectors [1, features],
 * so nothing is lost.
 */
final class Dl4jNormalizers {
  private Dl4jNormalizers() {}

  /** The bytes that DL4J's NormalizerSerializer writes for this normalizer. */
  static byte[] write(Normalization normalization) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault().write(toDl4j(normalization), bytes);
    return bytes.toByteArray();
  }

  /**
   * The normalizer of these bytes, which have been checked by {@link NormalizerBytes}.
   *
   * @throws Exception whatever DL4J throws on bytes that make no normalizer
   */
  static Normalization read(byte[] bytes) throws Exception {
    Normalizer<?> read = NormalizerSerializer.getDefault().restore(new ByteArrayInputStream(bytes));
    return fromDl4j(read);
  }

  /** DL4J's own class for this normalizer. */
  static Normalizer<?> toDl4j(Normalization normalization) {
    List<Scaling> inputs = normalization.inputs();
    Scaling first = inputs.get(0);
    if (normalization.layout() == Normalization.Layout.SEPARATE) {
      return multi(normalization);
    }
    List<Scaling> labels = normalization.labels();
    return switch (first.kind()) {
      case STANDARDIZE -> {
        NormalizerStandardize result =
            new NormalizerStandardize(row(first.offsets()), row(first.divisors()));
        if (!labels.isEmpty()) {
          result.fitLabel(true);
          result.setLabelStats(row(labels.get(0).offsets()), row(labels.get(0).divisors()));
        }
        yield result;
      }
      case MIN_MAX -> {
        NormalizerMinMaxScaler result = new NormalizerMinMaxScaler(first.min(), first.max());
        result.setFeatureStats(row(first.offsets()), row(first.uppers()));
        if (!labels.isEmpty()) {
          result.fitLabel(true);
          result.setLabelStats(row(labels.get(0).offsets()), row(labels.get(0).uppers()));
        }
        yield result;
      }
      case IMAGE -> {
        ImagePreProcessingScaler result = new ImagePreProcessingScaler(first.min(), first.max());
        result.setMaxPixelVal(first.divisors()[0]);
        yield result;
      }
      case UNCHANGED -> throw new IllegalStateException("a joined input is never unchanged");
    };
  }

  private static Normalizer<?> multi(Normalization normalization) {
    List<Scaling> all = new ArrayList<>(normalization.inputs());
    all.addAll(normalization.labels());
    Scaling first = all.get(0);
    boolean alike = all.stream().allMatch(first::isLike);
    boolean fitLabels = !normalization.labels().isEmpty();
    if (alike && first.kind() == Scaling.Kind.STANDARDIZE) {
      MultiNormalizerStandardize result = new MultiNormalizerStandardize();
      result.fitLabel(fitLabels);
      result.setFeatureStats(all(normalization.inputs(), Dl4jNormalizers::distribution));
      if (fitLabels) {
        result.setLabelStats(all(normalization.labels(), Dl4jNormalizers::distribution));
      }
      return result;
    }
    if (alike && first.kind() == Scaling.Kind.MIN_MAX) {
      MultiNormalizerMinMaxScaler result =
          new MultiNormalizerMinMaxScaler(first.min(), first.max());
      result.fitLabel(fitLabels);
      result.setFeatureStats(all(normalization.inputs(), Dl4jNormalizers::bounds));
      if (fitLabels) {
        result.setLabelStats(all(normalization.labels(), Dl4jNormalizers::bounds));
      }
      return result;
    }
    return hybrid(normalization);
  }

  private static MultiNormalizerHybrid hybrid(Normalization normalization) {
    MultiNormalizerHybrid result = new MultiNormalizerHybrid();
    result.setInputStats(stats(normalization.inputs()));
    result.setOutputStats(stats(normalization.labels()));
    result.setPerInputStrategies(strategies(normalization.inputs()));
    result.setPerOutputStrategies(strategies(normalization.labels()));
    return result;
  }

  /** What DL4J's object says. */
  static Normalization fromDl4j(Normalizer<?> normalizer) {
    if (normalizer instanceof NormalizerStandardize single) {
      return new Normalization(
          Normalization.Layout.JOINED,
          List.of(standardize(single.getMean(), single.getStd())),
          single.isFitLabel()
              ? List.of(standardize(single.getLabelMean(), single.getLabelStd()))
              : List.of());
    } else if (normalizer instanceof NormalizerMinMaxScaler single) {
      double min = single.getTargetMin();
      double max = single.getTargetMax();
      return new Normalization(
          Normalization.Layout.JOINED,
          List.of(minMax(single.getMin(), single.getMax(), min, max)),
          single.isFitLabel()
              ? List.of(minMax(single.getLabelMin(), single.getLabelMax(), min, max))
              : List.of());
    } else if (normalizer instanceof ImagePreProcessingScaler image) {
      return Normalization.joined(
          Scaling.image(image.getMinRange(), image.getMaxRange(), image.getMaxPixelVal()));
    }
    return fromMulti(normalizer);
  }

  private static Normalization fromMulti(Normalizer<?> normalizer) {
    if (normalizer instanceof MultiNormalizerStandardize multi) {
      return new Normalization(
          Normalization.Layout.SEPARATE,
          list(
              multi.numInputs(), i -> standardize(multi.getFeatureMean(i), multi.getFeatureStd(i))),
          list(
              multi.isFitLabel() ? multi.numOutputs() : 0,
              i -> standardize(multi.getLabelMean(i), multi.getLabelStd(i))));
    } else if (normalizer instanceof MultiNormalizerMinMaxScaler multi) {
      double min = multi.getTargetMin();
      double max = multi.getTargetMax();
      return new Normalization(
          Normalization.Layout.SEPARATE,
          list(multi.numInputs(), i -> minMax(multi.getMin(i), multi.getMax(i), min, max)),
          list(
              multi.isFitLabel() ? multi.numOutputs() : 0,
              i -> minMax(multi.getLabelMin(i), multi.getLabelMax(i), min, max)));
    } else if (normalizer instanceof MultiNormalizerHybrid hybrid) {
      return new Normalization(
          Normalization.Layout.SEPARATE,
          scalings(
              hybrid.getGlobalInputStrategy(),
              hybrid.getPerInputStrategies(),
              hybrid.getInputStats()),
          scalings(
              hybrid.getGlobalOutputStrategy(),
              hybrid.getPerOutputStrategies(),
              hybrid.getOutputStats()));
    }
    throw new IllegalArgumentException(
        "a %s is none of the normalizers that can be applied to columns (standardize, min-max, image"
                .formatted(normalizer.getType())
            + " scaler, and multi normalizers of these)");
  }

  @SuppressWarnings("rawtypes") // DL4J declares its maps so
  private static List<Scaling> scalings(
      NormalizerStrategy<?> global,
      Map<Integer, NormalizerStrategy> each,
      Map<Integer, NormalizerStats> stats) {
    int count =
        IntStream.concat(
                    stats.keySet().stream().mapToInt(i -> i),
                    each.keySet().stream().mapToInt(i -> i))
                .max()
                .orElse(-1)
            + 1;
    return list(
        count,
        i -> {
          NormalizerStrategy<?> strategy = each.containsKey(i) ? each.get(i) : global;
          NormalizerStats found = stats.get(i);
          if (strategy == null) {
            return Scaling.unchanged();
          } else if (strategy instanceof StandardizeStrategy
              && found instanceof DistributionStats distribution) {
            return standardize(distribution.getMean(), distribution.getStd());
          } else if (strategy instanceof MinMaxStrategy range
              && found instanceof MinMaxStats bounds) {
            return minMax(
                bounds.getLower(), bounds.getUpper(), range.getMinRange(), range.getMaxRange());
          }
          throw new IllegalArgumentException(
              "input %d has the strategy %s, but its statistics are %s; fit and save it again"
                  .formatted(i, strategy, found));
        });
  }

  private static Map<Integer, NormalizerStats> stats(List<Scaling> scalings) {
    Map<Integer, NormalizerStats> result = new HashMap<>();
    for (int i = 0; i < scalings.size(); i++) {
      Scaling scaling = scalings.get(i);
      if (scaling.kind() == Scaling.Kind.STANDARDIZE) {
        result.put(i, distribution(scaling));
      } else if (scaling.kind() == Scaling.Kind.MIN_MAX) {
        result.put(i, bounds(scaling));
      }
    }
    return result;
  }

  @SuppressWarnings("rawtypes") // DL4J declares its maps so
  private static Map<Integer, NormalizerStrategy> strategies(List<Scaling> scalings) {
    Map<Integer, NormalizerStrategy> result = new HashMap<>();
    for (int i = 0; i < scalings.size(); i++) {
      Scaling scaling = scalings.get(i);
      result.put(
          i,
          switch (scaling.kind()) {
            case STANDARDIZE -> new StandardizeStrategy();
            case MIN_MAX -> new MinMaxStrategy(scaling.min(), scaling.max());
            default -> null;
          });
    }
    return result;
  }

  private static DistributionStats distribution(Scaling scaling) {
    return new DistributionStats(row(scaling.offsets()), row(scaling.divisors()));
  }

  private static MinMaxStats bounds(Scaling scaling) {
    return new MinMaxStats(row(scaling.offsets()), row(scaling.uppers()));
  }

  private static Scaling standardize(INDArray mean, INDArray deviation) {
    return Scaling.standardize(values(mean), values(deviation));
  }

  private static Scaling minMax(INDArray lower, INDArray upper, double min, double max) {
    return Scaling.minMax(values(lower), values(upper), min, max);
  }

  private static INDArray row(double[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static <T> List<T> list(int count, IntFunction<T> element) {
    return IntStream.range(0, count).mapToObj(element).toList();
  }

  private static <T> List<T> all(List<Scaling> scalings, Function<Scaling, T> f) {
    return scalings.stream().map(f).toList();
  }
}
