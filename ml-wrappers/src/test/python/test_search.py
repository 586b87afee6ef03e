# SPDX-License-Identifier: Apache-2.0
"""Searches for hyperparameters, as a user of PySpark does."""

import html
import unittest

from pyspark import SparkContext, keyword_only
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Estimator, Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression, OneVsRest
from pyspark.ml.common import _java2py
from pyspark.ml.evaluation import Evaluator, MulticlassClassificationEvaluator
from pyspark.ml.feature import StandardScaler, VectorAssembler
from pyspark.ml.tuning import ParamGridBuilder
from pyspark.sql.functions import col
from session import FROM_PYTHON, PIXELS, digits, spark
from sparkstrom.ml import NetworkClassificationModel, NetworkClassifier
from sparkstrom.ml.search import HyperparameterSearch, HyperparameterSearchModel, SearchSpace


def accuracy():
    return MulticlassClassificationEvaluator(labelCol="digit", metricName="accuracy")


class OfPythonAlone(Estimator):
    @keyword_only
    def __init__(self):
        super().__init__()

    def _fit(self, dataset):
        raise AssertionError("it must have been refused")


class EvaluatorOfPythonAlone(Evaluator):
    def _evaluate(self, dataset):
        raise AssertionError("it must have been refused")


def few_digits():
    """The digits 0 to 2 of the test set, as one partition."""
    few = digits("test").where(col("digit") < 3)
    return VectorAssembler(inputCols=PIXELS, outputCol="pixels").transform(few).coalesce(1).cache()


def network():
    return NetworkClassifier(
        featuresCol="pixels",
        labelCol="digit",
        layers=[64, 8, 3],
        workers=1,
        batchSize=8,
        maxIter=9,
        quantizer="none",
        seed=7,
    )


def named(candidates):
    """Candidates by the names of their Params alone."""
    return [{param.name: value for param, value in one.items()} for one in candidates]


class SpaceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        spark()
        cls.network = network()

    def space(self):
        return (
            SearchSpace()
            .logUniform(self.network.learningRate, 1e-4, 1e-1)
            .values(self.network.layers, [64, 3], [64, 8, 3])
            .integers(self.network.maxIter, 5, 7)
            .uniform(self.network.validationFraction, 0.0, 0.5)
        )

    def test_a_sample_is_that_of_java_for_the_same_seed(self):
        java = self.network._java_obj
        layers = SparkContext._gateway.new_array(SparkContext._jvm.java.lang.Object, 2)
        for i, sizes in enumerate([[64, 3], [64, 8, 3]]):
            layers[i] = SparkContext._gateway.new_array(SparkContext._jvm.int, len(sizes))
            for j, size in enumerate(sizes):
                layers[i][j] = size
        sample = (
            SparkContext._jvm.org.sparkstrom.ml.search.SearchSpace()
            .logUniform(java.getParam("learningRate"), 1e-4, 1e-1)
            .values(java.getParam("layers"), layers)
            .integers(java.getParam("maxIter"), 5, 7)
            .uniform(java.getParam("validationFraction"), 0.0, 0.5)
            .sample(20, 7)
        )
        ours = self.space().sample(20, seed=7)
        self.assertEqual(len(ours), 20)
        self.assertEqual(ours, self.space().sample(20, 7))
        self.assertNotEqual(ours, self.space().sample(20, 8))
        for candidate, java_map in zip(ours, sample):
            drawn = {pair.param().name(): pair.value() for pair in java_map.toList()}
            drawn["layers"] = list(drawn["layers"])
            self.assertEqual({param.name: v for param, v in candidate.items()}, drawn)
        self.assertEqual({c[self.network.maxIter] for c in ours}, {5, 6, 7})

    def test_a_grid_is_that_of_pyspark(self):
        ours = (
            SearchSpace()
            .values(self.network.layers, [64, 3], [64, 8, 3])
            .values(self.network.learningRate, 1, 0.5)
            .grid()
        )
        grid = ParamGridBuilder()
        grid.addGrid(self.network.layers, [[64, 3], [64, 8, 3]])
        grid.addGrid(self.network.learningRate, [1, 0.5])
        self.assertEqual(ours, grid.build())
        self.assertIsInstance(ours[0][self.network.learningRate], float)

    def test_equal_values_are_one(self):
        sample = SearchSpace().values(self.network.maxIter, 3, 3, 4).sample(9, 1)
        self.assertEqual(sorted(c[self.network.maxIter] for c in sample), [3, 4])

    def test_what_is_no_space_is_refused(self):
        space = SearchSpace()
        with self.assertRaisesRegex(TypeError, "Params of stages, such as network.learningRate"):
            space.values(NetworkClassifier.maxIter, 1)
        with self.assertRaisesRegex(TypeError, "Params of stages.*but is given 'maxIter'"):
            space.integers("maxIter", 1, 2)
        with self.assertRaisesRegex(TypeError, "uniform must have a Param of float, but .*maxIter"):
            space.uniform(self.network.maxIter, 1, 2)
        with self.assertRaisesRegex(IllegalArgumentException, "must have values to try"):
            space.values(self.network.maxIter)
        with self.assertRaisesRegex(IllegalArgumentException, "finite, above 0 and rise"):
            space.logUniform(self.network.learningRate, 0, 1)
        with self.assertRaisesRegex(IllegalArgumentException, "learningRate must have a list"):
            SearchSpace().uniform(self.network.learningRate, 0, 1).grid()


class NetworkSearchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = few_digits()
        cls.network = network()
        cls.candidates = (
            SearchSpace()
            .values(cls.network.learningRate, 1e-6, 1e-2)
            .values(cls.network.layers, [64, 3], [64, 8, 3])
            .grid()
        )
        cls.search = HyperparameterSearch(
            estimator=cls.network,
            evaluator=accuracy(),
            candidates=cls.candidates,
            strategy="asha",
            checkpointDir=str(FROM_PYTHON / "checkpoints"),
        )
        cls.model = cls.search.fit(cls.data)

    def test_it_finds_the_better_values(self):
        self.assertIsInstance(self.model, HyperparameterSearchModel)
        self.assertIsInstance(self.model.bestModel, NetworkClassificationModel)
        self.assertEqual(self.model.bestModel.getLearningRate(), 1e-2)
        self.assertEqual(self.model.bestModel.getMaxIter(), self.model.best.resource)
        self.assertGreater(accuracy().evaluate(self.model.transform(self.data)), 0.9)
        self.assertEqual(self.model.getStrategy(), "asha")
        self.assertTrue(self.model.isSet("strategy"))
        self.assertFalse(self.model.isSet("seed"))

    def test_the_results_are_the_trials(self):
        rows = self.model.results.orderBy("rung", "trial").collect()
        trials = sorted(self.model.trials, key=lambda result: (result.rung, result.trial))
        self.assertGreater(len(trials), 4)
        self.assertEqual(
            [(row.trial, row.rung, row.resource, row.spent, row.metric, row.params) for row in rows],
            [(t.trial, t.rung, t.resource, t.spent, t.metric, t.values) for t in trials],
        )
        self.assertEqual({row.state for row in rows}, {"completed"})
        self.assertEqual(self.model.best.metric, max(t.metric for t in trials))
        self.assertEqual(self.model.resourceSpent, sum(t.spent for t in trials))
        self.assertLess(self.model.resourceSpent, 4 * 9)
        gone_on = [t for t in trials if t.rung > 0]
        self.assertTrue(gone_on and all(t.spent < t.resource for t in gone_on))
        uid = self.network.uid
        self.assertEqual(
            trials[0].values, {f"{uid}.layers": "[64, 3]", f"{uid}.learningRate": "1.0E-6"}
        )

    def test_a_notebook_shows_the_page_in_a_frame(self):
        shown = self.model._repr_html_()
        self.assertRegex(shown, r'^<iframe sandbox="" title="[\w]+" style="[^"]+" srcdoc="[^"<>]+">')
        page = html.unescape(shown.split('srcdoc="')[1].split('"')[0])
        self.assertEqual(page, self.model.toHtml())
        self.assertIn("<svg", page)
        self.assertIn("learningRate = 0.01", page)

    def test_saved_and_loaded_it_is_the_same(self):
        path = str(FROM_PYTHON / "search-model")
        self.model.write().overwrite().save(path)
        expected = [row.prediction for row in self.model.transform(self.data).collect()]
        for loaded in (HyperparameterSearchModel.load(path), self.model.copy()):
            self.assertEqual(loaded.uid, self.model.uid)
            self.assertEqual(loaded.trials, self.model.trials)
            self.assertEqual(loaded.toHtml(), self.model.toHtml())
            self.assertEqual(loaded.getCheckpointDir(), self.model.getCheckpointDir())
            found = [row.prediction for row in loaded.transform(self.data).collect()]
            self.assertEqual(found, expected)

    def test_a_saved_search_searches_the_same(self):
        path = str(FROM_PYTHON / "search")
        search = self.search.copy({self.search.strategy: "exhaustive", self.search.refit: False})
        search.clear(search.checkpointDir)
        search.getEstimator().setMaxIter(2)
        self.assertEqual(self.network.getMaxIter(), 9)
        search.write().overwrite().save(path)
        loaded = HyperparameterSearch.load(path)
        self.assertEqual(loaded.uid, search.uid)
        self.assertEqual(loaded.getStrategy(), "exhaustive")
        self.assertEqual(loaded.getEstimator().uid, self.network.uid)
        self.assertEqual(loaded.getEvaluator().getMetricName(), "accuracy")
        self.assertEqual(loaded.getCandidates(), self.candidates)
        metrics = []
        for one in (search, loaded):
            few = one.copy().setCandidates(one.getCandidates()[2:])
            metrics.append([result.metric for result in few.fit(self.data).trials])
        self.assertEqual(metrics[0], metrics[1])


class PipelineSearchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = few_digits()
        cls.scaler = StandardScaler(inputCol="pixels", outputCol="features")
        cls.last = LogisticRegression(labelCol="digit", maxIter=5)
        cls.pipeline = Pipeline(stages=[Pipeline(stages=[cls.scaler]), cls.last])
        cls.grid = (
            ParamGridBuilder()
            .addGrid(cls.scaler.withMean, [True, False])
            .addGrid(cls.last.regParam, [0.0, 30.0])
            .build()
        )

    def search(self, **more):
        return HyperparameterSearch(
            estimator=self.pipeline, evaluator=accuracy(), candidates=self.grid, **more
        )

    def test_metrics_are_those_of_fits_by_hand(self):
        model = self.search(trainRatio=0.6, seed=5, parallelism=2).fit(self.data)
        train, validation = self.data.randomSplit([0.6, 0.4], 5)
        by_hand = [
            accuracy().evaluate(self.pipeline.fit(train, candidate).transform(validation))
            for candidate in self.grid
        ]
        found = {result.trial: result.metric for result in model.trials}
        self.assertEqual([found[i] for i in range(4)], by_hand)
        self.assertGreater(max(by_hand), min(by_hand))
        self.assertEqual((model.prefixFits, model.trialFits), (2, 4))
        self.assertIsInstance(model.bestModel, PipelineModel)
        self.assertEqual(model.bestModel.stages[-1].getRegParam(), 0.0)

    def test_it_is_a_stage_of_pipelines(self):
        path = str(FROM_PYTHON / "pipeline-with-search")
        few = self.search(refit=False).setCandidates(self.grid[:2])
        Pipeline(stages=[few]).write().overwrite().save(path)
        (search,) = Pipeline.load(path).getStages()
        self.assertIsInstance(search, HyperparameterSearch)
        self.assertEqual(named(search.getCandidates()), named(self.grid[:2]))
        path = str(FROM_PYTHON / "searched-pipeline")
        model = Pipeline.load(str(FROM_PYTHON / "pipeline-with-search")).fit(self.data)
        model.write().overwrite().save(path)
        loaded = PipelineModel.load(path)
        self.assertEqual(loaded.stages[0].trials, model.stages[0].trials)
        self.assertIsInstance(loaded.stages[0].bestModel, PipelineModel)

    def test_what_is_of_python_alone_is_refused(self):
        alone = OfPythonAlone()
        for estimator in (alone, Pipeline(stages=[self.scaler, alone]), OneVsRest(classifier=alone)):
            with self.assertRaisesRegex(TypeError, "estimator of a search must be of Java.*but OfPyt"):
                HyperparameterSearch(estimator=estimator)
        with self.assertRaisesRegex(TypeError, "evaluator of a search must be of Java"):
            self.search().setEvaluator(EvaluatorOfPythonAlone())

    def test_what_cannot_be_searched_is_refused(self):
        with self.assertRaisesRegex(ValueError, "but has no evaluator; call setEvaluator"):
            HyperparameterSearch(estimator=self.last).fit(self.data)
        with self.assertRaisesRegex(IllegalArgumentException, "must have candidates, but has none"):
            self.search().setCandidates([]).fit(self.data)
        other = LogisticRegression()
        with self.assertRaisesRegex(ValueError, f"candidate 0 sets {other.uid}.regParam, but"):
            self.search().setCandidates([{other.regParam: 1.0}]).fit(self.data)
        with self.assertRaisesRegex(IllegalArgumentException, "strategy.*best"):
            self.search(strategy="best").fit(self.data)

    def test_params_are_those_of_java(self):
        search = self.search()
        for stage, java in ((search, search._to_java()), (self.model(), self.model()._java_obj)):
            ours = {param.name: param.doc for param in stage.params}
            self.assertEqual(ours, {param.name(): param.doc() for param in java.params()})
            for param in stage.params:
                default = java.getDefault(java.getParam(param.name)).get()
                default = _java2py(SparkContext._active_spark_context, default)
                self.assertEqual(stage._defaultParamMap[param], default, param)
        for param in search.params:
            capital = param.name[0].upper() + param.name[1:]
            value = getattr(search, "get" + capital)()
            self.assertEqual(value, search.getOrDefault(param))
            self.assertIs(getattr(search, "set" + capital)(value), search)
            self.assertTrue(search.isSet(param))
            self.assertIn(f"\n    {param.name} : ", HyperparameterSearch.__doc__)

    def model(self):
        if not hasattr(type(self), "fitted"):
            type(self).fitted = self.search(refit=False).setCandidates(self.grid[:1]).fit(self.data)
        return self.fitted


if __name__ == "__main__":
    unittest.main()
