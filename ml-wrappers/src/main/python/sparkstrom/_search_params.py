# SPDX-License-Identifier: Apache-2.0
"""The Params of a search, as Java has them; a test holds names, docs and defaults against Java's."""

from typing import Any, Dict

from pyspark.ml.param import Param, Params, TypeConverters

DEFAULTS: Dict[str, Any] = {
    "strategy": "exhaustive",
    "parallelism": 1,
    "trainRatio": 0.75,
    "resourceParam": "maxIter",
    "minResource": 1,
    "maxResource": 0,
    "reductionFactor": 3,
    "checkpointDir": "",
    "deadlineSeconds": 0,
    "onFailure": "error",
    "refit": True,
    "seed": 1,
}


class SearchParams(Params):
    """What a search and its model are set to."""

    strategy: Param[str] = Param(
        Params._dummy(),
        "strategy",
        "which candidate is trained next, and how far: exhaustive (each all the way), "
        "successive_halving, hyperband or asha",
        typeConverter=TypeConverters.toString,
    )
    parallelism: Param[int] = Param(
        Params._dummy(), "parallelism", "trials at once", typeConverter=TypeConverters.toInt
    )
    trainRatio: Param[float] = Param(
        Params._dummy(),
        "trainRatio",
        "share of the rows that is fitted on; the others are the validation rows",
        typeConverter=TypeConverters.toFloat,
    )
    resourceParam: Param[str] = Param(
        Params._dummy(),
        "resourceParam",
        "Param of one stage that strategies which halve give more and more of",
        typeConverter=TypeConverters.toString,
    )
    minResource: Param[int] = Param(
        Params._dummy(),
        "minResource",
        "value of resourceParam that no rung is below",
        typeConverter=TypeConverters.toInt,
    )
    maxResource: Param[int] = Param(
        Params._dummy(),
        "maxResource",
        "value of resourceParam on the last rung; 0 for the stage's own value",
        typeConverter=TypeConverters.toInt,
    )
    reductionFactor: Param[int] = Param(
        Params._dummy(),
        "reductionFactor",
        "eta: one of so many goes on, with so many times the resource",
        typeConverter=TypeConverters.toInt,
    )
    checkpointDir: Param[str] = Param(
        Params._dummy(),
        "checkpointDir",
        "folder on a Hadoop file system in which trials keep checkpoints during the search, to "
        "go on from; empty to begin anew on each rung",
        typeConverter=TypeConverters.toString,
    )
    deadlineSeconds: Param[int] = Param(
        Params._dummy(),
        "deadlineSeconds",
        "after which trials are cut off, and the best so far is taken; 0 for none",
        typeConverter=TypeConverters.toInt,
    )
    onFailure: Param[str] = Param(
        Params._dummy(),
        "onFailure",
        "what a trial that fails does: error (it ends the search) or skip (it is noted)",
        typeConverter=TypeConverters.toString,
    )
    refit: Param[bool] = Param(
        Params._dummy(),
        "refit",
        "whether the best candidate is fitted on all rows at the end",
        typeConverter=TypeConverters.toBoolean,
    )
    seed: Param[int] = Param(
        Params._dummy(),
        "seed",
        "of the choice of validation rows",
        typeConverter=TypeConverters.toInt,
    )

    def getStrategy(self) -> str:
        """The value of ``strategy``, or its default."""
        return self.getOrDefault(self.strategy)

    def getParallelism(self) -> int:
        """The value of ``parallelism``, or its default."""
        return self.getOrDefault(self.parallelism)

    def getTrainRatio(self) -> float:
        """The value of ``trainRatio``, or its default."""
        return self.getOrDefault(self.trainRatio)

    def getResourceParam(self) -> str:
        """The value of ``resourceParam``, or its default."""
        return self.getOrDefault(self.resourceParam)

    def getMinResource(self) -> int:
        """The value of ``minResource``, or its default."""
        return self.getOrDefault(self.minResource)

    def getMaxResource(self) -> int:
        """The value of ``maxResource``, or its default."""
        return self.getOrDefault(self.maxResource)

    def getReductionFactor(self) -> int:
        """The value of ``reductionFactor``, or its default."""
        return self.getOrDefault(self.reductionFactor)

    def getCheckpointDir(self) -> str:
        """The value of ``checkpointDir``, or its default."""
        return self.getOrDefault(self.checkpointDir)

    def getDeadlineSeconds(self) -> int:
        """The value of ``deadlineSeconds``, or its default."""
        return self.getOrDefault(self.deadlineSeconds)

    def getOnFailure(self) -> str:
        """The value of ``onFailure``, or its default."""
        return self.getOrDefault(self.onFailure)

    def getRefit(self) -> bool:
        """The value of ``refit``, or its default."""
        return self.getOrDefault(self.refit)

    def getSeed(self) -> int:
        """The value of ``seed``, or its default."""
        return self.getOrDefault(self.seed)
