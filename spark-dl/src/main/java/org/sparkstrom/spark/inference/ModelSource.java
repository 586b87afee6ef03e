// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.StructField;

/**
 * A model of tensors, bound to columns.
 *
 * @param model the model's parameters, fetched once an executor
 * @param binding its columns
 */
record ModelSource(Broadcast<ModelPayload> model, ModelBinding binding) implements ScorerSource {

  @Override
  public List<StructField> fields() {
    return binding.fields();
  }

  @Override
  public BatchScorer open() {
    String key = SparkEnv.get().conf().getAppId() + '/' + model.id();
    return new TensorScorer(binding, model.value().open(key, binding));
  }
}
