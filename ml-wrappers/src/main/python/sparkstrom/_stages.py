# SPDX-License-Identifier: Apache-2.0
"""Bases of the generated stages: PySpark's wrappers of Java stages, with what they lack.

PySpark's loader makes a Python stage of a Java one by the name of its class, and takes over the
values that were set. Here the defaults are Java's too, which may depend on the stage's uid.
"""

from typing import Any, Dict, Optional

from pyspark import SparkContext
from pyspark.ml.classification import (
    _JavaProbabilisticClassificationModel,
    _JavaProbabilisticClassifier,
)
from pyspark.ml.common import _java2py
from pyspark.ml.regression import _JavaRegressionModel, _JavaRegressor
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import (
    JavaEstimator,
    JavaModel,
    JavaParams,
    JavaPredictionModel,
    JavaPredictor,
    JavaTransformer,
    JavaWrapper,
)
from pyspark.sql import DataFrame, SparkSession

from sparkstrom._interrupt import interruptible
from sparkstrom._jar import java_class
from sparkstrom._plain import plain
from sparkstrom._progress import shown
from sparkstrom._summary import TrainingSummary
from sparkstrom.errors import readable


def _to_java(argument: Any) -> Any:
    """An argument as Java takes it; a tuple is any number of texts."""
    if isinstance(argument, DataFrame):
        return argument._jdf
    if isinstance(argument, tuple):
        context = SparkContext._active_spark_context
        return JavaWrapper._new_java_array(list(argument), context._jvm.java.lang.String)
    if hasattr(argument, "_to_java"):
        return argument._to_java()
    return argument


class _Stage:
    """What all stages have."""

    _java_class: str
    # Of a stage whose constructor has failed, for PySpark's __del__
    _java_obj: Any = None

    @staticmethod
    def _new_java_obj(name: str, *arguments: Any) -> Any:
        java_class(name)
        return JavaParams._new_java_obj(name, *arguments)

    @classmethod
    def read(cls) -> Any:
        """A reader of stages that were saved in Python, Java or Scala."""
        java_class(cls._java_class)
        return super().read()  # type: ignore[misc]

    @classmethod
    def _made_by(cls, method: str, *arguments: Any) -> Any:
        """A stage that a static method of the Java class makes."""
        make = getattr(java_class(cls._java_class), method)
        return JavaParams._from_java(make(*map(_to_java, arguments)))

    def _value_of(self, method: str) -> Any:
        """What a method of the Java stage returns, as a plain value."""
        stage: Any = self
        stage._transfer_params_to_java()
        return plain(getattr(stage._java_obj, method)())

    def _register(self, method: str, spark: SparkSession, name: str) -> None:
        """Calls a method of the Java stage with a session and a name."""
        stage: Any = self
        stage._transfer_params_to_java()
        getattr(stage._java_obj, method)(spark._jsparkSession, name)

    def _set_given(self, given: Dict[str, Any]) -> Any:
        """Sets what is not None, so that None stands for what is not given."""
        return self._set(  # type: ignore[attr-defined]
            **{name: value for name, value in given.items() if value is not None}
        )

    def _transfer_params_from_java(self) -> None:
        super()._transfer_params_from_java()  # type: ignore[misc]
        stage: Any = self
        context = SparkContext._active_spark_context
        for param in stage.params:
            if stage._java_obj.hasParam(param.name):
                java_param = stage._java_obj.getParam(param.name)
                if stage._java_obj.hasDefault(java_param):
                    default = stage._java_obj.getDefault(java_param).get()
                    stage._setDefault(**{param.name: _java2py(context, default)})


class _Fitting(_Stage):
    """What all estimators have."""

    def _fit(self, dataset: Any) -> Any:
        with readable(), shown(self), interruptible():
            return super()._fit(dataset)  # type: ignore[misc]


class _Fitted(_Stage):
    """What all models have: the values of their Params are the Java model's."""

    def __init__(self, java_model: Optional[Any] = None):
        super().__init__(java_model)  # type: ignore[call-arg]
        if java_model is not None:
            self._transfer_params_from_java()

    def _summary_of(self, name: str) -> Optional[TrainingSummary]:
        return TrainingSummary.of(getattr(self._java_obj, name)())  # type: ignore[attr-defined]

    def _stage_of(self, name: str) -> Any:
        stage: Any = self
        stage._transfer_params_to_java()
        return JavaParams._from_java(getattr(stage._java_obj, name)())


class Transformer(_Stage, JavaTransformer, JavaMLReadable, JavaMLWritable):
    """A stage that needs no fit."""


class Estimator(_Fitting, JavaEstimator, JavaMLReadable, JavaMLWritable):
    """A stage that is fitted."""


class Model(_Fitted, JavaModel, JavaMLReadable, JavaMLWritable):
    """What an estimator fits."""


class Predictor(_Fitting, JavaPredictor, JavaMLReadable, JavaMLWritable):
    """An estimator of a model that predicts."""


class PredictionModel(_Fitted, JavaPredictionModel, JavaMLReadable, JavaMLWritable):
    """A model that predicts."""


class ProbabilisticClassifier(
    _Fitting, _JavaProbabilisticClassifier, JavaMLReadable, JavaMLWritable
):
    """An estimator of a model that predicts probabilities of classes."""


class ProbabilisticClassificationModel(
    _Fitted, _JavaProbabilisticClassificationModel, JavaMLReadable, JavaMLWritable
):
    """A model that predicts probabilities of classes."""


class Regressor(_Fitting, _JavaRegressor, JavaMLReadable, JavaMLWritable):
    """An estimator of a model that predicts a number."""


class RegressionModel(_Fitted, _JavaRegressionModel, JavaMLReadable, JavaMLWritable):
    """A model that predicts a number."""
