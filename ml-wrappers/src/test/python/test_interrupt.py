# SPDX-License-Identifier: Apache-2.0
"""The interrupt of a cell of a notebook ends the fit that it runs."""

import textwrap
import unittest

import nbformat
from kernel import execute, outputs

SESSION = """
    import os, signal, threading, time
    import sparkstrom
    from pyspark.ml.linalg import Vectors
    from pyspark.sql import SparkSession
    from sparkstrom.ml import NetworkRegressor

    spark = (
        SparkSession.builder.master("local[2]").config("spark.jars", sparkstrom.jar()).getOrCreate()
    )
    data = spark.createDataFrame(
        [(Vectors.dense(x / 50.0), x / 25.0) for x in range(-50, 50)], ["features", "label"]
    ).cache()
    data.count()
    active = spark.sparkContext.statusTracker().getActiveJobsIds

    def wait(condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def interrupt():
        wait(active)
        os.kill(os.getpid(), signal.SIGINT)
"""
FIT = """
    threading.Thread(target=interrupt).start()
    try:
        NetworkRegressor(layers=[1, 4, 1], workers=1, maxIter=2**31 - 1, progress="%s").fit(data)
    except KeyboardInterrupt:
        print("interrupted")
    wait(lambda: not active())
"""
AFTERWARDS = """
    assert data.count() == 100
    NetworkRegressor(layers=[1, 4, 1], workers=2, maxIter=1).fit(data)
    spark.stop();
"""


class InterruptTest(unittest.TestCase):
    def test_an_interrupt_ends_the_fit_in_the_jvm(self):
        book = nbformat.v4.new_notebook()
        for source in (SESSION, FIT % "auto", FIT % "none", AFTERWARDS):
            book.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(source)))

        execute(book)

        told = [output.text for output in outputs(book) if output.get("name") == "stdout"]
        self.assertEqual(told, ["interrupted\n"] * 2)


if __name__ == "__main__":
    unittest.main()
