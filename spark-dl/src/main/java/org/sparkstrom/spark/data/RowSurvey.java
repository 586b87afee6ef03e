// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;

/**
 * Surveys a partition: the function that runs inside a task before training.
 *
 * @param check decides which rows are used; the packing uses the same
 */
record RowSurvey(RowCheck check)
    implements Function2<Integer, Iterator<Row>, Iterator<PartitionSurvey>> {

  @Override
  public Iterator<PartitionSurvey> call(Integer partition, Iterator<Row> rows) {
    PartitionSurvey survey = new PartitionSurvey(partition, 0);
    float[] features = new float[0];
    while (rows.hasNext()) {
      Row row = rows.next();
      int length = check.features().length(row);
      if (survey.featureCount() == 0 && length > 0) {
        survey = survey.withFeatureCount(length);
        features = new float[length];
      }
      survey.add(check.check(row, survey.featureCount(), features));
    }
    return List.of(survey).iterator();
  }
}
