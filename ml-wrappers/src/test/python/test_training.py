# SPDX-License-Identifier: Apache-2.0
"""Fits, predicts, saves and loads, as a user of PySpark does."""

import json
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

import sparkstrom
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import OneVsRest
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql.functions import col
from session import FROM_JAVA, FROM_PYTHON, PIXELS, digits, numbered, rows, spark
from sparkstrom.datavec import DataVecTransformer
from sparkstrom.datavec.normalize import NormalizerEstimator, NormalizerModel
from sparkstrom.ml import (
    NetworkClassificationModel,
    NetworkClassifier,
    NetworkRegressor,
)


class DigitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        process = (FROM_JAVA / "process.json").read_text()
        cls.train, cls.test = digits("train"), digits("test")
        cls.pipeline = Pipeline(
            stages=[
                DataVecTransformer(transformProcess=process),
                VectorAssembler(inputCols=PIXELS, outputCol="features"),
                NetworkClassifier(layers=[64, 32, 10], labelCol="digit", workers=2)
                .setMaxIter(8)
                .setLearningRate(0.01)
                .setSeed(7)
                .setValidationFraction(0.1),
            ]
        )
        cls.model = cls.pipeline.fit(cls.train)

    def test_it_learns(self):
        predicted = self.model.transform(self.test)
        accuracy = MulticlassClassificationEvaluator(labelCol="digit", metricName="accuracy")
        self.assertGreater(accuracy.evaluate(predicted), 0.85)
        row = predicted.first()
        self.assertEqual(len(row.probability), 10)
        self.assertAlmostEqual(sum(row.probability), 1.0, places=5)

    def test_the_model_tells_of_its_fit(self):
        network = self.model.stages[-1]
        self.assertIsInstance(network, NetworkClassificationModel)
        self.assertEqual((network.numFeatures, network.numClasses), (64, 10))
        self.assertEqual(network.getMaxIter(), 8)
        self.assertEqual(network.getLayers(), [64, 32, 10])
        summary = network.summary
        self.assertEqual((summary.workers, summary.executors), (2, 1))
        self.assertEqual(len(summary.lossPerEpoch), 8)
        self.assertLess(summary.lossPerEpoch[-1], summary.lossPerEpoch[0])
        self.assertIn("accuracy", summary.validationPerEpoch[-1])
        self.assertEqual(len(summary.parametersSha256), 64)
        self.assertLess(summary.bytesSent, summary.denseBytes)
        self.assertIn('"phase":"COMPLETED"', summary.toHtml())
        self.assertTrue(summary._repr_html_().startswith('<iframe sandbox="allow-scripts"'))
        self.assertEqual(summary._repr_html_().count("<"), 2)  # the page is escaped
        self.assertNotIn("DOCTYPE", repr(summary))

    def test_it_predicts_one_row(self):
        network = self.model.stages[-1]
        row = self.model.transform(self.test).first()
        self.assertEqual(network.predict(row.features), row.prediction)
        self.assertEqual(network.predictProbability(row.features).size, 10)

    def test_what_python_saves_loads_in_a_fresh_process(self):
        self.pipeline.write().overwrite().save(str(FROM_PYTHON / "pipeline"))
        self.model.write().overwrite().save(str(FROM_PYTHON / "model"))
        predictions = numbered(self.model, self.test)
        predictions.write.mode("overwrite").parquet(str(FROM_PYTHON / "predictions"))
        program = """
            import sys
            from session import FROM_PYTHON, FROM_JAVA, digits, numbered, rows, spark
            from pyspark.ml import Pipeline, PipelineModel
            spark()
            assert not any(name.startswith("org.sparkstrom") for name in sys.modules)
            for folder in (FROM_PYTHON, FROM_JAVA):
                model = PipelineModel.load(str(folder / "model"))
                print([type(stage).__name__ for stage in model.stages])
                print(model.stages[-1].summary.rounds)
                saved = spark().read.parquet(str(folder / "predictions"))
                assert rows(numbered(model, digits("test"))) == rows(saved)
            print(Pipeline.load(str(FROM_PYTHON / "pipeline")).getStages()[-1].getLayers())
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-4000:])
        stages = "['DataVecTransformer', 'VectorAssembler', 'NetworkClassificationModel']"
        self.assertEqual(done.stdout.splitlines()[0], stages)
        self.assertEqual(int(done.stdout.splitlines()[1]), self.model.stages[-1].summary.rounds)
        self.assertEqual(done.stdout.splitlines()[2], stages)
        self.assertEqual(done.stdout.splitlines()[4], "[64, 32, 10]")

    def test_a_pipeline_that_java_saved_keeps_its_params(self):
        model = PipelineModel.load(str(FROM_JAVA / "model"))
        network = model.stages[-1]
        self.assertEqual(network.getPredictionBatchSize(), 100)
        self.assertTrue(network.isSet("predictionBatchSize"))
        self.assertFalse(network.isSet("batchSize"))
        self.assertEqual(network.summary.workers, 2)
        self.assertEqual(
            rows(numbered(model, self.test)),
            rows(spark().read.parquet(str(FROM_JAVA / "predictions"))),
        )

    def test_one_model_loads_by_its_class(self):
        path = str(FROM_PYTHON / "network")
        self.model.stages[-1].write().overwrite().save(path)
        loaded = NetworkClassificationModel.load(path)
        self.assertEqual(loaded.uid, self.model.stages[-1].uid)
        self.assertEqual(loaded.summary, self.model.stages[-1].summary)
        self.assertEqual(loaded.setPredictionCol("p").getPredictionCol(), "p")


class SelectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        features = VectorAssembler(inputCols=PIXELS, outputCol="features")
        few = digits("test").where(col("digit") < 3)
        cls.data = features.transform(few).select("features", "digit").cache()

    def test_cross_validator(self):
        classifier = NetworkClassifier(
            labelCol="digit", workers=2, layers=[64, 8, 3], batchSize=8, quantizer="none"
        )
        grid = ParamGridBuilder().addGrid(classifier.maxIter, [1, 12]).build()
        selected = CrossValidator(
            estimator=classifier,
            estimatorParamMaps=grid,
            evaluator=MulticlassClassificationEvaluator(labelCol="digit"),
            numFolds=2,
            seed=3,
        ).fit(self.data)
        self.assertGreater(selected.avgMetrics[1], selected.avgMetrics[0])
        self.assertEqual(selected.bestModel.getMaxIter(), 12)
        self.assertEqual(len(selected.bestModel.summary.lossPerEpoch), 12)

    def test_one_vs_rest(self):
        classifier = NetworkClassifier(
            workers=2, layers=[64, 8, 2], maxIter=8, batchSize=8, learningRate=0.01, quantizer="none"
        )
        model = OneVsRest(classifier=classifier, labelCol="digit").fit(self.data)
        self.assertEqual(len(model.models), 3)
        accuracy = MulticlassClassificationEvaluator(labelCol="digit", metricName="accuracy")
        self.assertGreater(accuracy.evaluate(model.transform(self.data)), 0.8)


class StagesTest(unittest.TestCase):
    def test_regression(self):
        data = spark().createDataFrame(
            [(Vectors.dense(x / 50.0), x / 25.0) for x in range(-50, 50)], ["features", "label"]
        )
        model = NetworkRegressor(layers=[1, 8, 1], workers=2, maxIter=30, learningRate=0.05).fit(
            data
        )
        error = model.transform(data).selectExpr("avg(abs(prediction - label))").first()[0]
        self.assertLess(error, 0.4)
        self.assertEqual(model.numFeatures, 1)

    def test_a_configuration_from_the_builder(self):
        network = (
            sparkstrom.Network(seed=3, learningRate=0.01)
            .images(8, 8, 1)
            .convolution(4)
            .maxPooling()
            .dense(16, activation="tanh", dropOut=0.9)
            .output(10)
        )
        features = VectorAssembler(inputCols=PIXELS, outputCol="features")
        data = features.transform(digits("test"))
        classifier = NetworkClassifier(
            configuration=network.toJson(), labelCol="digit", workers=2, maxIter=2
        )
        model = classifier.fit(data)
        self.assertEqual(model.numClasses, 10)
        self.assertLess(model.summary.lossPerEpoch[-1], model.summary.lossPerEpoch[0])

    def test_the_learning_rate_is_the_updaters(self):
        spark()
        network = sparkstrom.Network(updater="Nesterovs", learningRate=0.25).features(3).output(2)
        updater = json.loads(network.toJson())["confs"][0]["layer"]["iupdater"]
        self.assertEqual((updater["learningRate"], updater["momentum"]), (0.25, 0.9))

    def test_the_builder_refuses_what_dl4j_does_not_know(self):
        spark()
        with self.assertRaisesRegex(ValueError, "activation must be one of .*relu.*but is 'rilu'"):
            sparkstrom.Network().features(3).dense(2, activation="rilu").output(2).toJson()
        with self.assertRaisesRegex(ValueError, "updater must be a class .* but is 'Adem'"):
            sparkstrom.Network(updater="Adem").features(3).output(2).toJson()
        with self.assertRaisesRegex(ValueError, "must have an input"):
            sparkstrom.Network().dense(2).toJson()

    def test_a_normalizer_and_its_inverse(self):
        data = spark().createDataFrame([(1.0,), (3.0,), (5.0,)], ["x"])
        model = NormalizerEstimator(inputCols=["x"], strategies=["minMax"]).fit(data)
        scaled = model.transform(data)
        self.assertEqual([row.x for row in scaled.collect()], [0.0, 0.5, 1.0])
        inverse = model.inverse()
        self.assertIsInstance(inverse, NormalizerModel)
        self.assertEqual(inverse.getDirection(), "revert")
        self.assertEqual([row.x for row in inverse.transform(scaled).collect()], [1.0, 3.0, 5.0])


class ErrorsTest(unittest.TestCase):
    def test_a_wrong_value_says_what_java_says(self):
        data = spark().createDataFrame([(Vectors.dense(1.0), 0.0)], ["features", "label"])
        with self.assertRaisesRegex(IllegalArgumentException, "batchSize.*-1") as caught:
            NetworkClassifier(layers=[1, 2], batchSize=-1).fit(data)
        self.assertNotIn("py4j", str(caught.exception))

    def test_a_missing_setting_says_what_to_call(self):
        data = spark().createDataFrame([("a",)], ["text"])
        with self.assertRaisesRegex(IllegalArgumentException, "call setTransformProcess"):
            DataVecTransformer().transform(data)

    def test_a_failed_fit_ends_with_the_message_of_java(self):
        data = spark().createDataFrame(
            [(Vectors.dense(x * 1e30), x * 1e30) for x in range(1, 9)], ["features", "label"]
        )
        with self.assertRaises(sparkstrom.TrainingError) as caught:
            NetworkRegressor(layers=[1, 1], workers=1, maxIter=3).fit(data)
        self.assertRegex(str(caught.exception), "must be finite, but is (Infinity|NaN)")
        self.assertNotIn("\tat ", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
