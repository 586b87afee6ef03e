# SPDX-License-Identifier: Apache-2.0
"""The weights of linear classifiers."""

import unittest

import numpy as np
from pyspark.ml.linalg import DenseMatrix, DenseVector, Vectors
from session import spark
from sparkstrom.ml import AveragedLinear


class WeightsTest(unittest.TestCase):
    def test_the_weights_are_those_that_predict(self):
        data = spark().createDataFrame(
            [(Vectors.dense(i % 3, i % 5), float(i % 3)) for i in range(60)], ["features", "label"]
        )
        model = AveragedLinear(loss="logistic", maxIter=3, seed=7).fit(data)
        self.assertIsInstance(model.coefficientMatrix, DenseMatrix)
        self.assertIsInstance(model.interceptVector, DenseVector)
        coefficients = model.coefficientMatrix.toArray()
        self.assertEqual(coefficients.shape, (3, 2))
        features = Vectors.dense(1.0, -2.0)
        expected = coefficients @ features.toArray() + model.interceptVector.toArray()
        np.testing.assert_allclose(model.predictRaw(features).toArray(), expected, rtol=1e-5)
        self.assertGreater(np.ptp(expected), 0)


if __name__ == "__main__":
    unittest.main()
