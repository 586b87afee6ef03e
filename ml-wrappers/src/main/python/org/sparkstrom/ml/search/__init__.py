# SPDX-License-Identifier: Apache-2.0
"""The stages of the Java package org.sparkstrom.ml.search, with the space that they search in.

They are written by hand, because they hold other stages, which the generated classes do not.
"""

from typing import Any, Dict, List, Optional

from pyspark import keyword_only
from pyspark.ml.param import Param, Params
from pyspark.ml.wrapper import JavaParams
from pyspark.sql import DataFrame, SparkSession

from sparkstrom import _search_parts, _stages
from sparkstrom._frame import framed
from sparkstrom._jar import java_class
from sparkstrom._search_params import DEFAULTS, SearchParams
from sparkstrom._search_parts import TrialResult
from sparkstrom._search_space import SearchSpace

__all__ = [
    "HyperparameterSearch",
    "HyperparameterSearchModel",
    "SearchSpace",
    "TrialResult",
]

_PARTS = ("estimator", "evaluator", "candidates")


class HyperparameterSearch(_stages.Estimator, SearchParams):
    """Searches for the hyperparameters with which an estimator, or a pipeline, does best on rows
    that it was not fitted on: over a grid, at random, by successive halving, Hyperband or ASHA.

    Trials run in the JVM, so estimator and evaluator must be of Java, as those of pyspark.ml are.
    What candidates have in common before the stage that is tuned is fitted once. Strategies that
    halve give trials more and more of ``resourceParam``, epochs by default; with ``checkpointDir`` a
    trial goes on where it was instead of beginning anew::

        network = NetworkClassifier(maxIter=27, workers=2)
        candidates = (SearchSpace()
            .logUniform(network.learningRate, 1e-4, 1e-1)
            .values(network.layers, [64, 10], [64, 32, 10])
            .sample(30, seed=7))
        search = HyperparameterSearch(
            estimator=network,
            evaluator=MulticlassClassificationEvaluator(),
            candidates=candidates,
            strategy="asha",
            checkpointDir="hdfs:///tmp/search",
        )
        model = search.fit(rows)
        model.results.orderBy("metric").show()

    Parameters
    ----------
    estimator : Estimator
        what is fitted with each candidate's values
    evaluator : Evaluator
        tells how good a model is
    candidates : list of dict
        the values to try, of SearchSpace or ParamGridBuilder
    strategy : str, default "exhaustive"
        exhaustive (each candidate all the way), successive_halving, hyperband or asha
    parallelism : int, default 1
        trials at once
    trainRatio : float, default 0.75
        share of the rows that is fitted on; the others are the validation rows
    resourceParam : str, default "maxIter"
        Param of one stage that strategies which halve give more and more of
    minResource : int, default 1
        value of resourceParam that no rung is below
    maxResource : int, default 0
        value of resourceParam on the last rung; 0 for the stage's own value
    reductionFactor : int, default 3
        eta: one of so many goes on, with so many times the resource
    checkpointDir : str, default ""
        folder in which trials keep checkpoints during the search; empty to begin anew on each rung
    deadlineSeconds : int, default 0
        after which trials are cut off, and the best so far is taken; 0 for none
    onFailure : str, default "error"
        what a trial that fails does: error (it ends the search) or skip (it is noted)
    refit : bool, default True
        whether the best candidate is fitted on all rows at the end
    seed : int, default 1
        of the choice of validation rows
    """

    _java_class = "org.sparkstrom.ml.search.HyperparameterSearch"

    @keyword_only
    def __init__(
        self,
        *,
        estimator: Optional[Any] = None,
        evaluator: Optional[Any] = None,
        candidates: Optional[List[Dict[Param, Any]]] = None,
        strategy: str = "exhaustive",
        parallelism: int = 1,
        trainRatio: float = 0.75,
        resourceParam: str = "maxIter",
        minResource: int = 1,
        maxResource: int = 0,
        reductionFactor: int = 3,
        checkpointDir: str = "",
        deadlineSeconds: int = 0,
        onFailure: str = "error",
        refit: bool = True,
        seed: int = 1,
    ) -> None:
        """A search with a uid of its own; see the class for the parameters."""
        super().__init__()
        java_class(self._java_class)
        self._parts: Dict[str, Any] = {}
        self._setDefault(**DEFAULTS)
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        estimator: Optional[Any] = None,
        evaluator: Optional[Any] = None,
        candidates: Optional[List[Dict[Param, Any]]] = None,
        strategy: str = "exhaustive",
        parallelism: int = 1,
        trainRatio: float = 0.75,
        resourceParam: str = "maxIter",
        minResource: int = 1,
        maxResource: int = 0,
        reductionFactor: int = 3,
        checkpointDir: str = "",
        deadlineSeconds: int = 0,
        onFailure: str = "error",
        refit: bool = True,
        seed: int = 1,
    ) -> "HyperparameterSearch":
        """Sets what is given, and leaves the rest as it is."""
        given = dict(self._input_kwargs)
        for part in _PARTS:
            self._set_part(part, given.pop(part, None))
        return self._set_given(given)

    def getEstimator(self) -> Any:
        """What is fitted with each candidate's values."""
        return self._part("estimator")

    def setEstimator(self, value: Any) -> "HyperparameterSearch":
        """Sets what is fitted with each candidate's values.

        Raises TypeError if it is written in Python alone.
        """
        return self._set_part("estimator", value)

    def getEvaluator(self) -> Any:
        """Tells how good a model is."""
        return self._part("evaluator")

    def setEvaluator(self, value: Any) -> "HyperparameterSearch":
        """Sets what tells how good a model is.

        Raises TypeError if it is written in Python alone.
        """
        return self._set_part("evaluator", value)

    def getCandidates(self) -> List[Dict[Param, Any]]:
        """The values to try."""
        return self._part("candidates")

    def setCandidates(self, value: List[Dict[Param, Any]]) -> "HyperparameterSearch":
        """Sets the values to try, of SearchSpace or ParamGridBuilder."""
        return self._set_part("candidates", value)

    def setStrategy(self, value: str) -> "HyperparameterSearch":
        """Sets the strategy: exhaustive, successive_halving, hyperband or asha."""
        return self._set(strategy=value)

    def setParallelism(self, value: int) -> "HyperparameterSearch":
        """Sets the trials at once."""
        return self._set(parallelism=value)

    def setTrainRatio(self, value: float) -> "HyperparameterSearch":
        """Sets the share of the rows that is fitted on."""
        return self._set(trainRatio=value)

    def setResourceParam(self, value: str) -> "HyperparameterSearch":
        """Sets the name of the Param that is the resource."""
        return self._set(resourceParam=value)

    def setMinResource(self, value: int) -> "HyperparameterSearch":
        """Sets the resource that no rung is below."""
        return self._set(minResource=value)

    def setMaxResource(self, value: int) -> "HyperparameterSearch":
        """Sets the resource on the last rung; 0 for the stage's own value."""
        return self._set(maxResource=value)

    def setReductionFactor(self, value: int) -> "HyperparameterSearch":
        """Sets eta: one of so many goes on, with so many times the resource."""
        return self._set(reductionFactor=value)

    def setCheckpointDir(self, value: str) -> "HyperparameterSearch":
        """Sets the folder in which trials keep checkpoints during the search."""
        return self._set(checkpointDir=value)

    def setDeadlineSeconds(self, value: int) -> "HyperparameterSearch":
        """Sets the deadline; 0 for none."""
        return self._set(deadlineSeconds=value)

    def setOnFailure(self, value: str) -> "HyperparameterSearch":
        """Sets what a trial that fails does: error or skip."""
        return self._set(onFailure=value)

    def setRefit(self, value: bool) -> "HyperparameterSearch":
        """Sets whether the best candidate is fitted on all rows at the end."""
        return self._set(refit=value)

    def setSeed(self, value: int) -> "HyperparameterSearch":
        """Sets the seed of the choice of validation rows."""
        return self._set(seed=value)

    def copy(self, extra: Optional[Dict[Param, Any]] = None) -> "HyperparameterSearch":
        """A search with the same uid, copies of its parts, and some more values."""
        that = Params.copy(self, extra)
        that._java_obj = None
        that._parts = dict(self._parts)
        for part in ("estimator", "evaluator"):
            if part in that._parts:
                that._parts[part] = that._parts[part].copy(extra)
        return that

    def clear(self, param: Param) -> None:
        """Takes back what a Param was set to."""
        Params.clear(self, param)

    def _set_part(self, name: str, value: Any) -> "HyperparameterSearch":
        if value is not None:
            if name == "candidates":
                value = [dict(candidate) for candidate in value]
            else:
                _search_parts.require_java(value, name)
            self._parts[name] = value
        return self

    def _part(self, name: str) -> Any:
        if name not in self._parts:
            raise ValueError(
                f"a search must have estimator, evaluator and candidates, but has no {name}; call "
                f"set{name.capitalize()}"
            )
        return self._parts[name]

    def _to_java(self) -> Any:
        estimator = self.getEstimator()
        self._java_obj = self._new_java_obj(
            self._java_class,
            self.uid,
            estimator._to_java(),
            self.getEvaluator()._to_java(),
            _search_parts.to_java(estimator, self.getCandidates()),
        )
        self._transfer_params_to_java()
        return self._java_obj

    def _transfer_params_from_java(self) -> None:
        super()._transfer_params_from_java()
        estimator = JavaParams._from_java(self._java_obj.estimator())
        self._parts = {
            "estimator": estimator,
            "evaluator": JavaParams._from_java(self._java_obj.evaluator()),
            "candidates": _search_parts.from_java(estimator, self._java_obj.candidates()),
        }

    def _fit_java(self, dataset: DataFrame) -> Any:
        return self._to_java().fit(dataset._jdf)

    def _create_model(self, java_model: Any) -> "HyperparameterSearchModel":
        return HyperparameterSearchModel(java_model)


class HyperparameterSearchModel(_stages.Model, SearchParams):
    """The best model of a search, and how the search went: as a DataFrame of trials, and as a page
    with a plot, which a notebook shows for the model."""

    _java_class = "org.sparkstrom.ml.search.HyperparameterSearchModel"

    @property
    def bestModel(self) -> Any:
        """The model of the best candidate, fitted on all rows, or with ``refit`` False as judged."""
        return JavaParams._from_java(self._java_obj.bestModel())

    @property
    def best(self) -> TrialResult:
        """What the best candidate came to on the validation rows."""
        return TrialResult.of(self._java_obj.best())

    @property
    def trials(self) -> List[TrialResult]:
        """All that was trained, in the order in which it ended."""
        return [TrialResult.of(trial) for trial in self._java_obj.trials()]

    @property
    def results(self) -> DataFrame:
        """The trials as rows: trial, rung, resource, spent, metric, seconds, state, message, params
        (a map from ``uid.param`` to text); see TrialResult."""
        session = SparkSession.active()
        return DataFrame(self._java_obj.results(session._jsparkSession), session)

    @property
    def resourceSpent(self) -> int:
        """The resource, usually epochs, that all trials took; the refit is not in it."""
        return self._value_of("resourceSpent")

    @property
    def prefixFits(self) -> int:
        """Estimators before the tuned stage that were fitted: each distinct one once."""
        return self._value_of("prefixFits")

    @property
    def trialFits(self) -> int:
        """Estimators, the tuned stage and those behind it, that were fitted in trials."""
        return self._value_of("trialFits")

    def toHtml(self) -> str:
        """The search as one HTML page without scripts: a plot of the trials, and their table."""
        return self._java_obj.toHtml()

    def _repr_html_(self) -> str:
        return framed(self.toHtml(), title=self.uid, height=600)
