# SPDX-License-Identifier: Apache-2.0
"""Runs of which only what changed is fitted, and fitted pipelines in one file."""

import json
import tempfile
import unittest
import zipfile
from datetime import timedelta
from pathlib import Path

from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel, Transformer
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.feature import StandardScaler, VectorAssembler
from pyspark.sql.functions import col
from session import PIXELS, digits, numbered, rows, spark
from sparkstrom import TrainingError
from sparkstrom.ml import NetworkClassificationModel, NetworkClassifier
from sparkstrom.ml.cache import InputFingerprint, RunCache
from sparkstrom.ml.export import MlflowFolder, ModelRecord, PipelineArchive


class OfPythonAlone(Transformer):
    def _transform(self, dataset):
        raise AssertionError("it must have been refused")


def pipeline(last):
    return Pipeline(
        stages=[
            VectorAssembler(inputCols=PIXELS, outputCol="pixels"),
            Pipeline(stages=[StandardScaler(inputCol="pixels", outputCol="features")]),
            last,
        ]
    )


def regression(**more):
    return LogisticRegression(labelCol="digit", maxIter=2, rawPredictionCol="raw", **more)


def states(record):
    return [stage["state"] for stage in record.stages]


class RunCacheTest(unittest.TestCase):
    def setUp(self):
        self.data = digits("test").where(col("digit") < 3)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.cache = RunCache(self.folder, InputFingerprint.files(), keptRows="before_estimators")

    def test_only_what_changed_is_fitted(self):
        first = self.cache.fit(pipeline(regression()), self.data)
        self.assertEqual(states(first.record), ["applied", "fitted", "fitted"])
        again = self.cache.fit(pipeline(regression()), self.data)
        self.assertEqual(states(again.record), ["applied", "reused", "reused"])
        self.assertEqual(again.record.stages[1]["madeBy"], first.record.id)
        network = NetworkClassifier(
            labelCol="digit", layers=[64, 8, 3], workers=1, maxIter=2, quantizer="none", seed=7
        )
        other = self.cache.fit(pipeline(network), self.data)
        self.assertEqual(states(other.record), ["applied", "reused", "fitted"])
        self.assertIsInstance(other.model.stages[-1], NetworkClassificationModel)
        self.assertEqual([run.id for run in self.cache.runs()][0], first.record.id)
        self.assertEqual(self.cache.run(other.record.id), other.record)

    def test_the_models_are_those_of_pyspark(self):
        run = self.cache.fit(pipeline(regression()), self.data)
        self.assertIsInstance(run.model, PipelineModel)
        self.assertIsInstance(run.model.stages[-1], LogisticRegressionModel)
        expected = rows(numbered(pipeline(regression()).fit(self.data), self.data))
        for model in (run.model, self.cache.model(run.record.id)):
            self.assertEqual(rows(numbered(model, self.data)), expected)
        again = self.cache.rerun(run.record.id, self.data)
        self.assertEqual(again.record.rerunOf, run.record.id)
        self.assertEqual(states(again.record), ["applied", "reused", "reused"])
        with self.assertRaisesRegex(IllegalArgumentException, "no-such-run"):
            self.cache.rerun("no-such-run", self.data)

    def test_a_notebook_shows_the_tree(self):
        run = self.cache.fit(pipeline(regression(predictionCol="<b>")), self.data)
        self.assertIn(f"run {run.record.id} completed in ", run.tree())
        self.assertIn("StandardScaler", run.tree())
        shown = run._repr_html_()
        self.assertTrue(shown.startswith("<pre>run ") and shown.endswith("</pre>"))
        self.assertEqual(shown.count("<"), 2)
        self.assertEqual(json.loads(run.record.toJson())["id"], run.record.id)

    def test_fingerprints_tell_other_rows(self):
        stages = Pipeline(stages=pipeline(regression()).getStages()[:2])
        for fingerprint, others in (
            (InputFingerprint.content(), InputFingerprint.content()),
            (InputFingerprint.given("v1"), InputFingerprint.given("v2")),
            (InputFingerprint(lambda few: f"{few.count()} rows"),) * 2,
        ):
            with self.subTest(fingerprint):
                few = self.data.where(col("digit") < 2)
                found = [
                    states(RunCache(self.folder, way).fit(stages, data).record)[-1]
                    for way, data in ((fingerprint, self.data),) * 2 + ((others, few),)
                ]
                self.assertEqual(found, ["fitted", "reused", "fitted"])

    def test_code_of_the_callers_own_has_a_version(self):
        stages = Pipeline(stages=pipeline(regression()).getStages()[:2])
        found = [
            states(
                RunCache(self.folder, InputFingerprint.files(), codeVersion=version)
                .fit(stages, self.data)
                .record
            )[-1]
            for version in ("1", "1", "2")
        ]
        self.assertEqual(found, ["fitted", "reused", "fitted"])

    def test_a_stage_that_fails_ends_the_run(self):
        broken = self.data.withColumn("digit", col("digit") - 5)
        with self.assertRaisesRegex(TrainingError, "(?s)^run .* failed: .*got -5.*") as raised:
            self.cache.fit(pipeline(regression()), broken)
        self.assertIn("\n+- LogisticRegression ", str(raised.exception))
        self.assertNotIn("\tat ", str(raised.exception))
        (record,) = self.cache.runs()
        self.assertEqual(states(record), ["applied", "fitted", "failed"])
        self.assertIn("failed", record.tree())
        with self.assertRaisesRegex(IllegalArgumentException, "must have been completed"):
            self.cache.model(record.id)

    def test_what_is_old_is_deleted(self):
        self.cache.fit(pipeline(regression()), self.data)
        self.assertEqual(self.cache.prune(timedelta(days=1)).runs, 0)
        pruned = self.cache.prune(timedelta(0))
        self.assertEqual((pruned.runs, pruned.models), (1, 2))
        self.assertEqual(self.cache.runs(), [])

    def test_what_cannot_be_run_is_refused(self):
        with self.assertRaisesRegex(TypeError, "must be of Java here.*but OfPythonAlone"):
            self.cache.fit(Pipeline(stages=[Pipeline(stages=[OfPythonAlone()])]), self.data)
        with self.assertRaisesRegex(TypeError, "a Pipeline is needed, but given is LogisticReg"):
            self.cache.fit(regression(), self.data)
        with self.assertRaisesRegex(TypeError, "input must be an InputFingerprint, but is 'files'"):
            RunCache(self.folder, "files")
        with self.assertRaisesRegex(ValueError, "keptRows must be one of none, before_.*'all'"):
            RunCache(self.folder, InputFingerprint.files(), keptRows="all")
        with self.assertRaisesRegex(IllegalArgumentException, "a webhook must be an address"):
            RunCache(self.folder, InputFingerprint.files(), webhook="ftp://a").runs()


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = digits("test").where(col("digit") < 3)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        network = NetworkClassifier(
            labelCol="digit", layers=[64, 8, 3], workers=1, maxIter=2, quantizer="none", seed=7
        )
        cache = RunCache(cls.path("runs"), InputFingerprint.files())
        cls.run_ = cache.fit(pipeline(network), cls.data)
        cls.model = cls.run_.model
        cls.record = ModelRecord.of(
            cls.model,
            run=cls.run_.record,
            data={"validation": "digits@v17"},
            metrics={"accuracy": 0.5, "rows": 3},
            seeds={"split": 2**40, "sample": 3},
        )

    @classmethod
    def path(cls, name):
        return str(Path(cls.folder.name) / name)

    def test_the_record_has_what_is_told_and_what_the_pipeline_tells(self):
        record = self.record
        self.assertEqual(record.metrics, {"accuracy": 0.5, "rows": 3.0})
        self.assertEqual(
            record.data, {"validation": "digits@v17", "fit": self.run_.record.input}
        )
        network = self.model.stages[-1]
        self.assertEqual(record.seeds, {"split": 2**40, "sample": 3, f"{network.uid}.seed": 7})
        self.assertEqual(record.versions["spark"], spark().version)
        self.assertEqual([stage["uid"] for stage in record.stages][-1], network.uid)
        self.assertEqual(record.stages[-1]["params"]["maxIter"], "2")
        self.assertEqual(json.loads(record.run)["id"], self.run_.record.id)
        self.assertEqual(json.loads(record.toJson())["uid"], self.model.uid)
        with self.assertRaisesRegex(IllegalArgumentException, "must be finite, but loss is NaN"):
            ModelRecord.of(self.model, metrics={"loss": float("nan")})

    def test_an_archive_gives_model_and_record_back(self):
        path = self.path("digits.zip")
        PipelineArchive.write(self.model, self.record, path)
        with zipfile.ZipFile(path) as archive:
            self.assertEqual(archive.namelist()[:2], ["index.json", "record.json"])
        back = PipelineArchive.read(path, self.path("unpacked"))
        self.assertEqual(back.record, self.record)
        self.assertIsInstance(back.model, PipelineModel)
        self.assertIsInstance(back.model.stages[-1], NetworkClassificationModel)
        self.assertEqual(
            rows(numbered(back.model, self.data)), rows(numbered(self.model, self.data))
        )
        with self.assertRaisesRegex(IllegalArgumentException, "digits.zip"):
            PipelineArchive.write(self.model, self.record, path)
        with self.assertRaisesRegex(IllegalArgumentException, "unpacked"):
            PipelineArchive.read(path, self.path("unpacked"))

    def test_what_is_no_archive_is_refused(self):
        path = Path(self.path("no.zip"))
        path.write_text("no zip")
        with self.assertRaisesRegex(IllegalArgumentException, "must be a zip"):
            PipelineArchive.read(str(path), self.path("nowhere"))

    def test_a_folder_of_mlflow_holds_what_pyspark_loads(self):
        path = Path(self.path("mlflow"))
        MlflowFolder.write(self.model, self.record, str(path))
        self.assertIn("loader_module: mlflow.spark", (path / "MLmodel").read_text())
        self.assertEqual((path / "record.json").read_text(), self.record.toJson())
        loaded = PipelineModel.load(str(path / "sparkml"))
        self.assertEqual(
            rows(numbered(loaded, self.data)), rows(numbered(self.model, self.data))
        )

    def test_stages_of_python_alone_are_refused(self):
        model = PipelineModel(self.model.stages[:1] + [OfPythonAlone()])
        with self.assertRaisesRegex(TypeError, "stages of a PipelineModel.*but OfPythonAlone"):
            PipelineArchive.write(model, self.record, self.path("alone.zip"))
        with self.assertRaisesRegex(TypeError, "a PipelineModel is needed, but given is Network"):
            ModelRecord.of(self.model.stages[-1])


if __name__ == "__main__":
    unittest.main()
