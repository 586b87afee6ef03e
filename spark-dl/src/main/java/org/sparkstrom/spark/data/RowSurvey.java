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
 * @param classes weights of the classes
 */
record RowSurvey(RowCheck check, ClassWeights classes)
    implements Function2<Integer, Iterator<Row>, Iterator<PartitionSurvey>> {

  @Override
  public Iterator<PartitionSurvey> call(Integer partition, Iterator<Row> rows) {
    PartitionSurvey survey =
        new PartitionSurvey(partition, check.inputs().size(), check.labels().size());
    RowValues values = check.newValues();
    while (rows.hasNext()) {
      survey.add(check.check(rows.next(), values), values, classes);
    }
    survey.finish(values);
    return List.of(survey).iterator();
  }
}
