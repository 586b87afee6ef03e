# SPDX-License-Identifier: Apache-2.0
"""Distributed deep learning for Apache Spark.

The stages are in ``sparkstrom.ml`` (networks) and ``sparkstrom.datavec`` (preparation of data). A
Spark session needs the jar that this package carries::

    SparkSession.builder.config("spark.jars", sparkstrom.jar()).getOrCreate()
"""

from sparkstrom._images import ImageFolder
from sparkstrom._incremental import Incremental
from sparkstrom._jar import jar
from sparkstrom._network import Network
from sparkstrom._summary import TrainingSummary
from sparkstrom._version import __version__
from sparkstrom.errors import TrainingError

__all__ = [
    "ImageFolder",
    "Incremental",
    "Network",
    "TrainingError",
    "TrainingSummary",
    "__version__",
    "jar",
]
