# SPDX-License-Identifier: Apache-2.0
"""Training on one batch of rows after the other."""

from typing import Any, Optional

from pyspark.ml.wrapper import JavaParams
from pyspark.sql import DataFrame

from sparkstrom._interrupt import interruptible
from sparkstrom._jar import java_class
from sparkstrom.errors import readable

_PACKAGE = "org.sparkstrom.ml."
_ESTIMATORS = ("NetworkClassifier", "NetworkRegressor", "NetworkEstimator", "AveragedLinear")


class Incremental:
    """Trains a network or a linear classifier on one batch of rows after the other.

    It is a function for ``foreachBatch``, and takes DataFrames one by one as well::

        training = Incremental(NetworkClassifier(layers=[64, 32, 10]), "hdfs:///models/digits")
        (stream.writeStream.foreachBatch(training)
            .option("checkpointLocation", "hdfs:///checkpoints/digits").start())

        model = training.partialFit(rows)

    Each batch trains the model of the one before for ``maxIter`` epochs, a network with the state of
    its updater, and the model is saved in the folder with the number of the batch. A query that starts
    again goes on with the newest; a batch that Spark repeats after a failure, and whose model is
    there, is not trained on twice. A query with a new checkpointLocation needs a new folder. One query
    at a time may use a folder.

    Raises IllegalArgumentException if the estimator writes checkpoints, is to find the labels of its
    classes itself, or is an AveragedLinear without classCount.

    Parameters
    ----------
    estimator : NetworkClassifier, NetworkRegressor, NetworkEstimator or AveragedLinear
        fits the first batch
    folder : str
        for the models, on any Hadoop file system
    """

    def __init__(self, estimator: Any, folder: str) -> None:
        if getattr(estimator, "_java_class", "") not in [_PACKAGE + name for name in _ESTIMATORS]:
            raise TypeError(
                f"the estimator must be one of {', '.join(_ESTIMATORS)} of sparkstrom.ml, but is "
                f"{type(estimator).__name__}; take it out of its pipeline, or train another one"
            )
        self._java_obj = java_class(_PACKAGE + "Incremental").of(estimator._to_java(), folder)

    def __call__(self, batch: DataFrame, batchId: int) -> None:
        """Trains on a micro-batch, unless it was trained on before; for foreachBatch."""
        with readable():
            self._java_obj.call(batch._jdf, batchId)

    def partialFit(self, batch: DataFrame) -> Any:
        """Trains on a batch of rows that is of no stream, and gives the model that it comes to."""
        with readable(), interruptible():
            java_model = self._java_obj.partialFit(batch._jdf)
        return JavaParams._from_java(java_model)

    def model(self) -> Optional[Any]:
        """The newest model; None before the first batch."""
        newest = self._java_obj.model()
        return JavaParams._from_java(newest.get()) if newest.isPresent() else None
