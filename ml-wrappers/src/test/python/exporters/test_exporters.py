# SPDX-License-Identifier: Apache-2.0
"""What fits tell, read by a parser of Prometheus' text, by TensorBoard, and by MLflow.

In a folder of its own, since these tools have a virtual environment of their own.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import mlflow
import numpy as np
import pyspark
import sparkstrom
from prometheus_client.parser import text_string_to_metric_families
from pyspark.ml import Pipeline
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from sparkstrom.ml import NetworkClassifier, NetworkRegressor
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

DOCS = Path(__file__).parents[5] / "docs"
MONITORING = (DOCS / "MONITORING.md").read_text()
WORKERS, EPOCHS = 2, 4
LAYERS = ("layer0", "layer1")
PATIENCE_SECONDS = 180


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def end(process):
    """Ends a process that leads a group, and the children that it has started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        pass  # it has ended by itself


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_mlflow(folder, clean_up):
    """The address of a tracking server that keeps in the folder all that it has."""
    port = str(free_port())
    command = ["server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    store = ["--backend-store-uri", f"sqlite:///{folder}/runs.db"]
    artifacts = ["--artifacts-destination", str(folder / "artifacts")]
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *command, *store, *artifacts],
            cwd=folder,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    clean_up(end, process)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            get(f"{address}/health")
            return address
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"no MLflow server: {log.read_text()[-4000:]}") from error
            time.sleep(0.2)


def validation(summary):
    """The values of each figure on the validation rows, by epoch."""
    names = summary.validationPerEpoch[0]
    return {name: [epoch[name] for epoch in summary.validationPerEpoch] for name in names}


def points(runs, run, tag):
    return [(event.step, event.value) for event in runs.Scalars(run, tag)]


class ExportersTest(unittest.TestCase):
    """One fit that goes well, and then one that fails in its first round."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="exporters")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        (cls.folder / "server").mkdir()
        server = start_mlflow(cls.folder / "server", cls.addClassCleanup)
        cls.mlflow = mlflow.MlflowClient(server)
        cls.mlflow.search_experiments()  # the first call takes longest; fits do not wait for it
        cls.spark = cls.session(server)
        cls.addClassCleanup(cls.spark.stop)
        rows = cls.spark.range(400).selectExpr("id % 20 / 20D AS x", "id % 7 / 7D AS y")
        cls.data = rows.selectExpr("x", "y", "cast(x > 0.4 AS double) AS label")
        features = VectorAssembler(inputCols=["x", "y"], outputCol="features")
        classifier = NetworkClassifier(
            layers=[2, 4, 2], workers=WORKERS, maxIter=EPOCHS, validationFraction=0.25, seed=7
        )
        cls.model = Pipeline(stages=[features, classifier]).fit(cls.data)
        cls.summary = cls.model.stages[-1].summary
        cls.metrics = cls.read_metrics("/metrics/prometheus/")
        too_large = features.transform(rows).selectExpr("features", "1e25D AS label")
        try:
            NetworkRegressor(layers=[2, 4, 1], workers=WORKERS, maxIter=EPOCHS).fit(too_large)
        except sparkstrom.TrainingError:
            return
        raise AssertionError("a loss of 1e50 is no float32, but the fit has not failed")

    @classmethod
    def session(cls, server):
        """A session with the settings for Prometheus as users are told."""
        told = re.findall(r"^(spark\.metrics\S+) +(\S+)$", MONITORING, re.MULTILINE)
        assert len(told) == 2, told
        settings = {
            "spark.jars": sparkstrom.jar(),
            "spark.ui.port": "0",
            "spark.ui.prometheus.enabled": "true",
            "spark.sparkstrom.tensorboard.dir": str(cls.folder / "events"),
            "spark.sparkstrom.mlflow.uri": server,
            **dict(told),
        }
        builder = SparkSession.builder.master(f"local[{WORKERS}]").appName("exporters")
        return builder.config(map=settings).getOrCreate()

    @classmethod
    def read_metrics(cls, path):
        """Values by name, as Prometheus would take them from the driver's UI."""
        port = cls.spark.sparkContext.uiWebUrl.rsplit(":", 1)[1]
        text = get(f"http://127.0.0.1:{port}{path}")
        families = list(text_string_to_metric_families(text))
        return {sample.name: sample.value for family in families for sample in family.samples}

    def training_metrics(self, kind):
        name = re.compile(rf"metrics_local_\d+_driver_sparkstrom_training_(\w+)_{kind}")
        found = {name.fullmatch(each): value for each, value in self.metrics.items()}
        return {match[1]: value for match, value in found.items() if match}

    def test_prometheus_reads_the_metrics_that_are_documented(self):
        gauges, counters = re.search(
            r"has gauges of (.*?)and counters of (.*?)The gauges", MONITORING, re.DOTALL
        ).groups()
        served = self.training_metrics("Value"), self.training_metrics("Count")
        for documented, values in zip((gauges, counters), served):
            names = [name.replace(".", "_") for name in re.findall(r"`([\w.]+)`", documented)]
            self.assertEqual(sorted(values), sorted(names))

    def test_the_metrics_tell_of_the_fit(self):
        summary = self.summary
        self.assertEqual(
            self.training_metrics("Count"),
            {
                "fits_running": 0,
                "fits_completed": 1,
                "fits_failed": 0,
                "epochs": EPOCHS,
                "workers_lost": 0,
                "workers_joined": 0,
                "checkpoints": 0,
                "checkpoints_bytes": 0,
                "rowsTrained": summary.rows,
                "bytes": summary.bytesSent,
            },
        )
        most = {
            "loss": 2 * summary.lossPerEpoch[0],
            "rowsPerSecond": 1e7,
            "density": 1,
            "compression": 100,
            "round": summary.rounds,
            "rows": summary.rows,
            "bytesSent": summary.bytesSent,
            "denseBytes": summary.denseBytes,
            "workers_alive": WORKERS,
        }
        gauges = self.training_metrics("Value")
        self.assertIn(gauges.pop("epoch"), range(EPOCHS))
        self.assertEqual(sorted(gauges), sorted(most))
        for name, value in gauges.items():
            self.assertGreater(value, 0, name)
            self.assertLessEqual(value, most[name], name)
        executors = self.read_metrics("/metrics/executors/prometheus/")
        self.assertGreaterEqual(executors["metrics_executor_completedTasks_total"], WORKERS)

    def test_each_query_of_the_dashboard_finds_one_metric(self):
        dashboard = json.loads((DOCS / "grafana" / "sparkstrom.json").read_text())
        queries = [
            target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])
        ]
        self.assertGreater(len(queries), 8)
        for query in queries:
            (name,) = re.findall(r'{__name__=~"([^"]+)"}', query)
            found = [each for each in self.metrics if re.fullmatch(name, each)]
            self.assertEqual(len(found), 1, query)

    def test_tensorboard_reads_the_curves(self):
        events = self.folder / "events"
        files = [path for path in events.rglob("*") if path.is_file()]
        self.assertEqual(len(files), 2, files)  # no checksums, which it would take for events
        runs = EventMultiplexer().AddRunsFromDirectory(str(events)).Reload()
        tags = {run: found["scalars"] for run, found in runs.Runs().items()}
        for run in tags:
            self.assertRegex(run, r"^\d{8}-\d{6}-[0-9a-f]{8}$")
        failed, completed = sorted(tags, key=lambda run: len(tags[run]))
        self.assertNotIn("epoch/loss", tags[failed])
        by_layer = [f"{kind}/{layer}" for kind in ("density", "threshold") for layer in LAYERS]
        by_round = ["train/loss", "train/rowsPerSecond", "sharing/density", "sharing/compression"]
        by_epoch = {"epoch/loss": self.summary.lossPerEpoch}
        for name, values in validation(self.summary).items():
            by_epoch[f"validation/{name}"] = values
        self.assertEqual(
            sorted(tags[completed]), sorted([*by_layer, *by_round, *by_epoch, "workers/alive"])
        )
        for tag, values in by_epoch.items():
            self.assertEqual(points(runs, completed, tag), list(enumerate(np.float32(values), 1)))
        for tag in by_layer:
            steps, values = zip(*points(runs, completed, tag))
            self.assertEqual(steps, tuple(range(1, EPOCHS + 1)))
            self.assertTrue(all(0 < value <= 1 for value in values), values)
        for tag in by_round:
            steps, values = zip(*points(runs, completed, tag))
            self.assertEqual(list(steps), sorted(set(steps)))
            self.assertLessEqual(steps[-1], self.summary.rounds)
            self.assertGreater(min(values), 0)
        alive = {value for _, value in points(runs, completed, "workers/alive")}
        self.assertEqual(alive, {WORKERS})

    def runs_of_mlflow(self):
        """The two runs, by how they ended."""
        experiment = self.mlflow.get_experiment_by_name("exporters")  # the application's name
        runs = self.mlflow.search_runs([experiment.experiment_id])
        self.assertEqual(sorted(run.info.status for run in runs), ["FAILED", "FINISHED"])
        for run in runs:
            self.assertLessEqual(run.info.start_time, run.info.end_time)
        return {run.info.status: run for run in runs}

    def test_mlflow_has_a_run_with_the_history_of_the_fit(self):
        run = self.runs_of_mlflow()["FINISHED"]
        params = {name: int(value) for name, value in run.data.params.items()}
        self.assertEqual(sorted(params), ["parameters", "rows", "validationRows", "workers"])
        self.assertEqual((params["workers"], params["parameters"]), (WORKERS, 22))
        self.assertEqual(params["rows"] + params["validationRows"], 400)
        expected = {"loss": self.summary.lossPerEpoch}
        for name, values in validation(self.summary).items():
            expected[f"validation.{name}"] = values
        for name, values in expected.items():
            logged = self.mlflow.get_metric_history(run.info.run_id, name)
            found = sorted((metric.step, metric.value) for metric in logged)
            self.assertEqual(found, list(enumerate(values, 1)), name)
        by_layer = {f"{kind}.{layer}" for kind in ("density", "threshold") for layer in LAYERS}
        by_round = {"train.loss", "train.rowsPerSecond", "sharing.compression", "workers.alive"}
        self.assertEqual(run.data.metrics.keys(), expected.keys() | by_layer | by_round)
        tags = run.data.tags
        self.assertEqual(tags["sparkstrom.parametersSha256"], self.summary.parametersSha256)
        self.assertEqual(tags["sparkstrom.rounds"], str(self.summary.rounds))

    def test_mlflow_has_a_failed_run_with_the_failure(self):
        run = self.runs_of_mlflow()["FAILED"]
        self.assertIn("training has diverged", run.data.tags["sparkstrom.failure"])
        self.assertEqual(run.data.params["workers"], str(WORKERS))
        self.assertNotIn("sparkstrom.parametersSha256", run.data.tags)

    def test_mlflow_loads_the_folder_of_a_model(self):
        export = self.spark._jvm.org.sparkstrom.ml.export
        java, path = self.model._to_java(), str(self.folder / "model")
        export.MlflowFolder.write(java, export.ModelRecord.of(java), path)
        predicted = self.model.transform(self.data).collect()

        as_spark = mlflow.spark.load_model(path)
        as_function = mlflow.pyfunc.load_model(path)

        self.assertEqual(as_spark.transform(self.data).collect(), predicted)
        self.assertEqual(
            as_function.predict(self.data.toPandas()), [row.prediction for row in predicted]
        )
        self.assertEqual({row.prediction for row in predicted}, {0.0, 1.0})
        flavor = as_function.metadata.flavors["spark"]
        self.assertEqual(flavor["pyspark_version"], pyspark.__version__)


if __name__ == "__main__":
    unittest.main()
