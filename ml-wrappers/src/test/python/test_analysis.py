# SPDX-License-Identifier: Apache-2.0
"""Analyses of columns, and monitors of streams."""

import html
import json
import tempfile
import unittest
from pathlib import Path

from pyspark.errors import IllegalArgumentException, StreamingQueryException
from session import spark
from sparkstrom.datavec.analysis import DataAnalysis, DriftMonitor


def people(moved=0, count=100):
    """Ages from 0 on, cities by turns, and a list that cannot be analysed."""
    return spark().createDataFrame(
        [(float(i + moved), ("Kobe", "Bern")[i % 2], [i]) for i in range(count)],
        "age double, city string, list array<int>",
    )


class AnalysisTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.analysis = DataAnalysis.of(people())

    def test_it_tells_what_is_in_the_columns(self):
        self.assertEqual([column.name for column in self.analysis.columns], ["age", "city"])
        self.assertEqual(self.analysis.leftOut, ["list array<int>"])
        age, city = self.analysis.columns
        self.assertEqual((age.type, age.kind, city.kind), ("double", "number", "text"))
        self.assertEqual(
            (age.counts["rows"], age.counts["zeros"], age.counts["max"]), (100, 1, 99.0)
        )
        self.assertAlmostEqual(age.moments["mean"], 49.5)
        self.assertAlmostEqual(age.moments["variance"], 100 * 101 / 12)
        self.assertEqual((age.quantile(0), age.quantile(1)), (0.0, 99.0))
        self.assertEqual(len(age.histogram["counts"]), 30)
        self.assertEqual(sum(age.histogram["counts"]), 100)
        self.assertEqual(city.distinct["estimate"], 2)
        self.assertEqual(city.topValues["entries"][0]["count"], 50)
        self.assertTrue(city.topValues["complete"])
        self.assertEqual(city.states(), ["Bern", "Kobe"])
        with self.assertRaisesRegex(IllegalArgumentException, "column 'age' gives no states"):
            age.states()
        with self.assertRaisesRegex(KeyError, "column must be one of age, city, but is 'Age'"):
            self.analysis.column("Age")

    def test_a_plan_says_what_is_computed(self):
        few = DataAnalysis.of(
            people(),
            columns=["age"],
            statistics=["quantiles", "histogram"],
            sketchSize=8,
            histogramBins=4,
            topValues=1,
        )
        (age,) = few.columns
        self.assertEqual(len(age.histogram["counts"]), 4)
        self.assertEqual((age.moments, age.distinct, age.topValues), (None, None, None))
        self.assertIsNone(
            DataAnalysis.of(people(), statistics=["moments"]).column("age").quantile(0.5)
        )
        with self.assertRaisesRegex(ValueError, "moments, .* but one is 'mean'"):
            DataAnalysis.of(people(), statistics=["mean"])
        with self.assertRaisesRegex(IllegalArgumentException, "histogramBins must be from 1"):
            DataAnalysis.of(people(), histogramBins=0)
        with self.assertRaisesRegex(IllegalArgumentException, "column 'income' is missing"):
            DataAnalysis.of(people(), columns=["income"])

    def test_it_is_a_data_frame_and_json(self):
        table = {row.column: row for row in self.analysis.toDataFrame().collect()}
        self.assertEqual(table["age"].rows, 100)
        self.assertEqual(table["age"].p50, self.analysis.column("age").quantile(0.5))
        back = DataAnalysis.fromJson(self.analysis.toJson())
        self.assertEqual(repr(back.columns), repr(self.analysis.columns))  # with NaN
        self.assertEqual(json.loads(back.toJson()), json.loads(self.analysis.toJson()))
        with self.assertRaises(IllegalArgumentException):
            DataAnalysis.fromJson("{}")

    def test_a_notebook_shows_the_page_in_a_frame(self):
        shown = self.analysis._repr_html_()
        self.assertRegex(shown, r'^<iframe sandbox="" title="analysis" [^<>]*></iframe>$')
        page = html.unescape(shown.split('srcdoc="')[1].split('"')[0])
        self.assertEqual(page, self.analysis.toHtml())
        self.assertIn("<svg", page)
        later = DataAnalysis.of(people(moved=50))
        self.assertNotEqual(later.toHtml(self.analysis), later.toHtml())

    def test_drift_from_an_earlier_analysis(self):
        later = DataAnalysis.of(people(moved=50).withColumnRenamed("city", "town"))
        report = later.driftFrom(self.analysis)
        (age,) = report.columns
        self.assertEqual((age.column, age.level), ("age", "shifted"))
        self.assertGreater(age.psi, 0.25)
        self.assertAlmostEqual(age.ks["distance"], 0.5, delta=0.05)
        self.assertEqual(len(report.notCompared), 2)
        (row,) = report.toDataFrame().collect()
        self.assertEqual((row.column, row.psi, row.ks), ("age", age.psi, age.ks["distance"]))
        same = {drift.column: drift for drift in self.analysis.driftFrom(self.analysis).columns}
        self.assertEqual([drift.level for drift in same.values()], ["stable"] * 2)
        self.assertIsNone(same["city"].ks)


class MonitorTest(unittest.TestCase):
    def setUp(self):
        self.training = DataAnalysis.of(people())

    def test_windows_are_told(self):
        windows, alerts = [], []
        with DriftMonitor(
            "windows",
            self.training,
            window=150,
            limit=0.3,
            onWindow=windows.append,
            onAlert=alerts.append,
        ) as monitor:
            self.assertIsNone(monitor.last())
            for batch, moved in enumerate((0, 0, 80, 80, 0)):
                monitor(people(moved), batch)
            self.assertEqual(monitor.last(), windows[-1])
        self.assertEqual(
            [(w.firstBatch, w.lastBatch, w.rows) for w in windows], [(0, 1, 200), (2, 3, 200)]
        )
        self.assertEqual(windows[0].beyond, [])
        self.assertEqual(alerts, windows[1:])
        self.assertEqual([drift.column for drift in alerts[0].beyond], ["age"])
        self.assertIn("drift of age", alerts[0].describe())
        self.assertEqual(len(alerts[0].report.columns), 2)

    def test_it_watches_a_stream(self):
        alerts = []
        with DriftMonitor("stream", self.training, window=1, onAlert=alerts.append) as monitor:
            self.watch(monitor)
            self.assertEqual(monitor.last(), alerts[0])
        self.assertEqual((alerts[0].firstBatch, alerts[0].rows, len(alerts)), (0, 100, 1))

    def test_a_function_that_raises_stops_the_query(self):
        def alarm(window):
            raise ValueError(f"alarm: {window.describe()}")

        with DriftMonitor("raises", self.training, window=1, onAlert=alarm) as monitor:
            with self.assertRaisesRegex(StreamingQueryException, "alarm: batches 0 to 0"):
                self.watch(monitor)
            with self.assertRaisesRegex(ValueError, "alarm: batches 7 to 7"):
                monitor(people(50), 7)

    def watch(self, monitor):
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "rows")
            people(50).write.parquet(path)
            stream = spark().readStream.schema(people().schema).parquet(path)
            query = (
                stream.writeStream.foreachBatch(monitor)
                .option("checkpointLocation", str(Path(folder) / "checkpoint"))
                .trigger(availableNow=True)
                .start()
            )
            query.awaitTermination()

    def test_what_cannot_be_watched_is_refused(self):
        with self.assertRaisesRegex(IllegalArgumentException, "name"):
            DriftMonitor("a.b", self.training)
        with self.assertRaisesRegex(IllegalArgumentException, "a window must have at least 1 row"):
            DriftMonitor("few", self.training, window=0)
        with self.assertRaisesRegex(IllegalArgumentException, "limit must be a finite PSI above 0"):
            DriftMonitor("low", self.training, limit=0)
        with DriftMonitor("lacks", self.training) as monitor:
            with self.assertRaisesRegex(IllegalArgumentException, "column 'age' is missing"):
                monitor(people().drop("age"), 0)


if __name__ == "__main__":
    unittest.main()
