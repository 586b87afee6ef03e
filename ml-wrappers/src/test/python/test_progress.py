# SPDX-License-Identifier: Apache-2.0
"""How far fits are: shown in notebooks, and nowhere else."""

import contextlib
import io
import sys
import textwrap
import threading
import types
import unittest
from unittest import mock

import nbformat
from kernel import execute, outputs
from pyspark.ml.linalg import Vectors
from session import spark
from sparkstrom import _progress
from sparkstrom.ml import NetworkRegressor

SESSION = """
    import threading
    import sparkstrom
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.linalg import Vectors
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
    from pyspark.sql import SparkSession
    from sparkstrom.ml import NetworkRegressor

    spark = (
        SparkSession.builder.master("local[4]").config("spark.jars", sparkstrom.jar()).getOrCreate()
    )
    data = spark.createDataFrame(
        [(Vectors.dense(x / 50.0), x / 25.0) for x in range(-50, 50)], ["features", "label"]
    ).cache()
    regressor = NetworkRegressor(layers=[1, 4, 1], workers=1, maxIter=3)
    before = threading.active_count()
"""
SELECTION = """
    grid = ParamGridBuilder().addGrid(regressor.learningRate, [0.01, 0.02, 0.05]).build()
    CrossValidator(
        estimator=regressor,
        estimatorParamMaps=grid,
        evaluator=RegressionEvaluator(),
        numFolds=2,
        parallelism=2,
    ).fit(data);
"""
FAILURE = """
    broken = data.selectExpr("features", "label * 1e300 AS label")
    try:
        regressor.fit(broken)
    except Exception as error:
        print(type(error).__name__)
"""
SWITCHED_OFF = """
    regressor.setProgress("none").fit(data);
"""
AFTERWARDS = """
    assert not [t.name for t in threading.enumerate() if t.name.startswith("progress")]
    spark.stop()
"""


class ProgressTest(unittest.TestCase):
    def test_a_notebook_shows_all_fits_of_a_cell_in_one_place(self):
        book = nbformat.v4.new_notebook()
        for source in (SESSION, SELECTION, FAILURE, SWITCHED_OFF, AFTERWARDS):
            book.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(source)))

        displayed = execute(book)

        session, selection, failure, switched_off, afterwards = (
            [output for output in cell.outputs if output.output_type == "display_data"]
            for cell in book.cells
        )
        self.assertEqual([session, switched_off, afterwards], [[], [], []])
        (board,) = selection
        lines = board.data["text/plain"].splitlines()
        self.assertEqual(lines[0], "2 fits before")
        self.assertEqual(len(lines), 6)
        for line in lines[1:]:
            self.assertRegex(line, r"^NetworkRegressor_\w+: epoch 3/3, loss .*, fitted after .* s$")
        self.assertGreater(len(displayed), 7)
        (board,) = failure
        self.assertRegex(board.data["text/plain"], r"^NetworkRegressor_\w+: .*failed")
        told = [output.text for output in outputs(book) if output.get("name") == "stdout"]
        self.assertIn(told, (["TrainingError\n"], ["IllegalArgumentException\n"]))

    def test_nothing_is_shown_elsewhere(self):
        data = spark().createDataFrame(
            [(Vectors.dense(x / 50.0), x / 25.0) for x in range(-50, 50)], ["features", "label"]
        )
        self.assertIsNone(_progress._shell())
        threads = threading.active_count()
        with contextlib.redirect_stdout(io.StringIO()) as told:
            NetworkRegressor(layers=[1, 4, 1], workers=1, maxIter=1).fit(data)
        self.assertEqual(told.getvalue(), "")
        self.assertEqual(threading.active_count(), threads)

    def test_a_fit_goes_on_where_it_cannot_be_shown(self):
        with mock.patch.dict(sys.modules, IPython=types.ModuleType("no shell")):
            with self.assertLogs(_progress._LOG, "WARNING"):
                self.assertIsNone(_progress._watch(None))


if __name__ == "__main__":
    unittest.main()
