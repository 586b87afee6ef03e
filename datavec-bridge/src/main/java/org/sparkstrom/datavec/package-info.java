// SPDX-License-Identifier: Apache-2.0

/**
 * DataVec on Spark: {@code TransformProcess}es run over DataFrames and RDDs, lazily: as columns of
 * Spark SQL where those are exact, row by row in DataVec elsewhere.
 *
 * <p>Enter at {@link org.sparkstrom.datavec.DataVecTransform} (a function over data) or {@link
 * org.sparkstrom.datavec.DataVecTransformer} (the same as a spark.ml stage); {@link
 * org.sparkstrom.datavec.DataVecJoin} joins two DataFrames as DataVec does. {@link
 * org.sparkstrom.datavec.SparkSchemas} and {@link org.sparkstrom.datavec.RowConverter} translate
 * schemas and rows; {@link org.sparkstrom.datavec.SequenceConverter} translates sequences, which
 * are rows of arrays.
 *
 * <p>Null policy: a Spark null is DataVec's {@code NullWritable} and the other way round. What a
 * step makes of a {@code NullWritable} is the step's affair; where it throws, or would write the
 * word "NullWritable" into the data, the row is invalid and {@link
 * org.sparkstrom.datavec.HandleInvalid} decides.
 *
 * <p>Reduces and ranks are aggregates and windows of Spark SQL, or a pass over sorted groups.
 *
 * <p>Either way the result is DataVec's, bit by bit. This package must know nothing of networks,
 * training or gradient sharing. ND4J is touched for NDArray columns only; a process that has one
 * needs an ND4J backend on the class path of driver and executors.
 */
package org.sparkstrom.datavec;
