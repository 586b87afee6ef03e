# SPDX-License-Identifier: Apache-2.0
"""Walks every generated class against its Java stage; test_search has those written by hand."""

import importlib
import pkgutil
import unittest
from dataclasses import fields

import sparkstrom
from pyspark import SparkContext
from pyspark.ml.common import _java2py
from pyspark.ml.param import TypeConverters
from pyspark.ml.wrapper import JavaModel, JavaParams
from session import FROM_PYTHON, spark
from sparkstrom.datavec.text import JapaneseTokenizer
from sparkstrom.ml import NetworkClassifier

MODULES = [
    module.name
    for module in pkgutil.walk_packages(sparkstrom.__path__, "sparkstrom.")
    if module.ispkg and module.name != "sparkstrom.ml.search"
]


def stages():
    for module in MODULES:
        for name in importlib.import_module(module).__all__:
            yield getattr(importlib.import_module(module), name)


def made(stage_class):
    """A stage as a user makes it, and a Java stage of its own with the same uid."""
    if issubclass(stage_class, JavaModel):
        stage = stage_class(JavaParams._new_java_obj(stage_class._java_class))
    else:
        stage = stage_class()
    return stage, JavaParams._new_java_obj(stage_class._java_class, stage.uid)


def java_default(java, java_param, param):
    value = _java2py(SparkContext._active_spark_context, java.getDefault(java_param).get())
    return param.typeConverter(value)


class WrappersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        spark()

    def each(self):
        for stage_class in stages():
            yield (stage_class, *made(stage_class))

    def test_there_are_stages_of_each_package(self):
        names = {stage_class._java_class for stage_class in stages()}
        self.assertGreaterEqual(
            names,
            {
                "org.sparkstrom.ml.NetworkClassifier",
                "org.sparkstrom.ml.NetworkRegressionModel",
                "org.sparkstrom.datavec.DataVecTransformer",
                "org.sparkstrom.datavec.normalize.NormalizerEstimator",
                "org.sparkstrom.datavec.image.ImagePreparer",
                "org.sparkstrom.datavec.text.TextHashingTransformer",
            },
        )

    def test_a_class_is_defined_under_the_name_of_its_java_class(self):
        for stage_class in stages():
            name = f"{stage_class.__module__}.{stage_class.__name__}"
            self.assertEqual(name, stage_class._java_class)
            self.assertGreater(len(stage_class.__doc__), 60)

    def test_params_and_docs_are_those_of_java(self):
        for _, stage, java in self.each():
            ours = {param.name: param.doc for param in stage.params}
            self.assertEqual(ours, {param.name(): param.doc() for param in java.params()})

    def test_defaults_are_those_of_java(self):
        for _, stage, java in self.each():
            for param in stage.params:
                java_param = java.getParam(param.name)
                self.assertEqual(stage.hasDefault(param), java.hasDefault(java_param), param)
                if stage.hasDefault(param):
                    self.assertEqual(
                        stage._defaultParamMap[param],
                        java_default(java, java_param, param),
                        param,
                    )

    def test_what_a_constructor_is_given_arrives_in_java(self):
        for stage_class, stage, java in self.each():
            if issubclass(stage_class, JavaModel):
                continue
            given = {
                param.name: stage.getOrDefault(param)
                for param in stage.params
                if stage.hasDefault(param)
            }
            full = stage_class(**given)
            full._transfer_params_to_java()
            for name, value in given.items():
                self.assertTrue(full.isSet(name))
                java_param = full._java_obj.getParam(name)
                self.assertTrue(full._java_obj.isSet(java_param), name)
                arrived = _java2py(
                    SparkContext._active_spark_context, full._java_obj.getOrDefault(java_param)
                )
                self.assertEqual(full.getParam(name).typeConverter(arrived), value, name)

    def test_none_means_not_given(self):
        for stage_class, stage, _ in self.each():
            if not issubclass(stage_class, JavaModel):
                empty = stage_class(**{param.name: None for param in stage.params})
                self.assertEqual(empty._paramMap, {})

    def test_getters_and_setters(self):
        for _, stage, _ in self.each():
            for param in stage.params:
                capital = param.name[0].upper() + param.name[1:]
                getter = getattr(stage, "get" + capital)
                if not stage.hasDefault(param):
                    self.assertRaises(KeyError, getter)
                    continue
                value = getter()
                setter = getattr(stage, "set" + capital, None)
                if setter is not None:
                    self.assertIs(setter(value), stage)
                    self.assertTrue(stage.isSet(param))
                    self.assertEqual(getter(), value)

    def test_every_param_has_a_converter_but_none_that_only_passes(self):
        for _, stage, _ in self.each():
            for param in stage.params:
                self.assertIsNot(param.typeConverter, TypeConverters.identity, param)

    def test_a_wrong_type_is_refused_by_name(self):
        with self.assertRaisesRegex(TypeError, "batchSize"):
            NetworkClassifier(batchSize="many")
        with self.assertRaises(TypeError):
            NetworkClassifier(noSuchParam=1)

    def test_copies_and_saved_stages_keep_params_and_defaults(self):
        stage = JapaneseTokenizer(inputCol="text", mode="normal")
        path = str(FROM_PYTHON / "tokenizer")
        stage.write().overwrite().save(path)
        for other in (stage.copy(), JapaneseTokenizer.load(path)):
            self.assertEqual(other.uid, stage.uid)
            self.assertEqual(other.getMode(), "normal")
            self.assertEqual(other.getOutputCol(), stage.uid + "__output")
            self.assertEqual(other.getStopWords(), stage.getStopWords())
            self.assertFalse(other.isSet("stopWords"))


class SummaryTest(unittest.TestCase):
    def test_the_summary_has_all_that_javas_has(self):
        spark()
        java_class = SparkContext._jvm.java.lang.Class.forName(
            "org.sparkstrom.ml.TrainingSummary",
            True,
            SparkContext._jvm.java.lang.Thread.currentThread().getContextClassLoader(),
        )
        names = [component.getName() for component in java_class.getRecordComponents()]
        names.remove("history")  # told by toHtml()
        ours = [field.name for field in fields(sparkstrom.TrainingSummary)]
        self.assertEqual([name for name in ours if not name.startswith("_")], names)


if __name__ == "__main__":
    unittest.main()
