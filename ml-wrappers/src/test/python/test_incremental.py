# SPDX-License-Identifier: Apache-2.0
"""Training on one batch after the other."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from pyspark.errors import IllegalArgumentException
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.linalg import Vectors
from session import spark
from sparkstrom import Incremental
from sparkstrom.ml import (
    AveragedLinear,
    AveragedLinearModel,
    NetworkRegressionModel,
    NetworkRegressor,
)


def clouds(count=90):
    """Rows of three classes, each about a corner of its own."""
    corners = ((4.0, 0.0), (0.0, 4.0), (-4.0, -4.0))
    return spark().createDataFrame(
        [
            (Vectors.dense(np.add(corners[i % 3], (i % 7 / 7, i % 5 / 5))), float(i % 3))
            for i in range(count)
        ],
        ["features", "label"],
    )


class IncrementalTest(unittest.TestCase):
    def setUp(self):
        spark()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return str(Path(self.folder) / name)

    def test_each_batch_trains_the_model_of_the_one_before(self):
        regressor = NetworkRegressor(
            layers=[2, 4, 1], workers=1, maxIter=2, learningRate=0.01, quantizer="none", seed=7
        )
        training = Incremental(regressor, self.path("models"))
        self.assertIsNone(training.model())
        losses = []
        for _ in range(3):
            model = training.partialFit(clouds())
            self.assertIsInstance(model, NetworkRegressionModel)
            losses += model.summary.lossPerEpoch
        self.assertEqual(losses, sorted(losses, reverse=True))
        self.assertEqual(len(set(losses)), 6)
        newest = Incremental(regressor, self.path("models")).model()
        self.assertEqual(newest.summary, model.summary)

    def test_it_trains_on_a_stream(self):
        training = Incremental(AveragedLinear(classCount=3, seed=7), self.path("models"))
        clouds().write.parquet(self.path("rows"))
        for expected in (1, 1):  # the second query finds no new batch
            (
                spark()
                .readStream.schema(clouds().schema)
                .parquet(self.path("rows"))
                .writeStream.foreachBatch(training)
                .option("checkpointLocation", self.path("checkpoint"))
                .trigger(availableNow=True)
                .start()
                .awaitTermination()
            )
            self.assertEqual(len(list(Path(self.path("models")).glob("model-*"))), expected)
        training(clouds(), 0)  # as Spark repeats a batch
        self.assertEqual(len(list(Path(self.path("models")).glob("model-*"))), 1)
        self.assertIsInstance(training.model(), AveragedLinearModel)

    def test_what_cannot_be_trained_so_is_refused(self):
        with self.assertRaisesRegex(TypeError, "must be one of Network.*but is LogisticRegression"):
            Incremental(LogisticRegression(), self.path("models"))
        with self.assertRaisesRegex(IllegalArgumentException, "must have a classCount"):
            Incremental(AveragedLinear(), self.path("models"))


if __name__ == "__main__":
    unittest.main()
