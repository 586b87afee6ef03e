# SPDX-License-Identifier: Apache-2.0
"""What a search is made of, on its way to Java and back."""

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List

from pyspark import SparkContext
from pyspark.ml import Pipeline
from pyspark.ml.classification import OneVsRest
from pyspark.ml.common import _java2py, _py2java
from pyspark.ml.param import Param

from sparkstrom._jar import java_class
from sparkstrom._plain import plain


@dataclass(frozen=True)
class TrialResult:
    """What came of training a candidate up to a rung.

    Attributes
    ----------
    trial : int
        number of the candidate, from 0
    rung : int
        from 0; the last has the full resource
    resource : int
        value of the Param that is the resource, usually epochs; 0 if there is none
    spent : int
        what was trained for it: less than ``resource`` where the trial went on from a checkpoint
    metric : float
        of the evaluator on the validation rows; NaN if the trial did not end well
    seconds : float
        wall time
    state : str
        completed, failed or cut_off
    message : str
        of the error of a trial that failed; empty for others
    values : dict
        what the candidate sets, by ``uid.param``, as text
    """

    trial: int
    rung: int
    resource: int
    spent: int
    metric: float
    seconds: float
    state: str
    message: str
    values: Dict[str, str]

    @classmethod
    def of(cls, java_record: Any) -> "TrialResult":
        """The plain values of Java's record."""
        return cls(**plain(java_record))


def require_java(part: Any, role: str) -> None:
    """Raises TypeError if a part, or a stage in it, is of Python alone."""
    for stage in _nested(part):
        if not hasattr(stage, "_to_java"):
            raise TypeError(
                f"the {role} of a search must be of Java, as those of pyspark.ml and sparkstrom, "
                f"but {type(stage).__name__} is written in Python alone: the trials run in the JVM; "
                "use pyspark.ml.tuning.CrossValidator for it"
            )


def to_java(estimator: Any, candidates: List[Dict[Param, Any]]) -> Any:
    """The candidates as an array of Java's ParamMaps.

    Raises ValueError if one sets what no stage of the estimator has.
    """
    context = SparkContext._active_spark_context
    stages = {stage.uid: stage for stage in _flat(estimator)}
    java_stages = {uid: stage._to_java() for uid, stage in stages.items()}
    param_map = java_class("org.apache.spark.ml.param.ParamMap")
    array = context._gateway.new_array(param_map, len(candidates))
    for i, candidate in enumerate(candidates):
        array[i] = param_map()
        for param, value in candidate.items():
            if param.parent not in stages or not stages[param.parent].hasParam(param.name):
                raise ValueError(
                    f"candidate {i} sets {param.parent}.{param.name}, but the estimator's stages "
                    f"are {sorted(stages)}; take the Params of these stages"
                )
            java_param = java_stages[param.parent].getParam(param.name)
            array[i].put([java_param.w(_py2java(context, param.typeConverter(value)))])
    return array


def from_java(estimator: Any, java_maps: Any) -> List[Dict[Param, Any]]:
    """The candidates of a search in Java, with the Params of this estimator."""
    context = SparkContext._active_spark_context
    stages = {stage.uid: stage for stage in _flat(estimator)}
    candidates = []
    for java_map in java_maps:
        candidate = {}
        for pair in java_map.toList():
            param = stages[pair.param().parent()].getParam(pair.param().name())
            candidate[param] = param.typeConverter(_java2py(context, pair.value()))
        candidates.append(candidate)
    return candidates


def _flat(estimator: Any) -> List[Any]:
    """The stages of a pipeline, those of pipelines in it included; any other stage is itself."""
    if not isinstance(estimator, Pipeline):
        return [estimator]
    return [stage for inner in estimator.getStages() for stage in _flat(inner)]


def _nested(part: Any) -> Iterator[Any]:
    for stage in _flat(part):
        yield stage
        if isinstance(stage, OneVsRest):
            yield from _nested(stage.getClassifier())
