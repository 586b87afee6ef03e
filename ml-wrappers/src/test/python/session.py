# SPDX-License-Identifier: Apache-2.0
"""The Spark session of the tests, with no setting but the jar, and what lies in folders."""

import os
from pathlib import Path

import sparkstrom
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import monotonically_increasing_id

FROM_JAVA = Path(os.environ["SPARKSTROM_FROM_JAVA"])
FROM_PYTHON = Path(os.environ["SPARKSTROM_FROM_PYTHON"])
PIXELS = [f"p{i}" for i in range(64)]


def spark() -> SparkSession:
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", sparkstrom.jar())
        .getOrCreate()
    )


def digits(name: str) -> DataFrame:
    """The columns p0 to p63 and digit of the training or the test set."""
    path = Path(os.environ["SPARKSTROM_DATA"]) / f"digits-{name}.csv"
    return spark().read.csv(str(path), header=True, inferSchema=True)


def numbered(model, data):
    """The predictions with the places of their rows."""
    return model.transform(data).select(
        monotonically_increasing_id().alias("row"), "prediction"
    )


def rows(data):
    return [tuple(row) for row in data.orderBy("row").collect()]
