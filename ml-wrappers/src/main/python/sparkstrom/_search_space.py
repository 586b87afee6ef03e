# SPDX-License-Identifier: Apache-2.0
"""The values that a search may try."""

from typing import Any, Callable, Dict, List, Optional, Tuple

from pyspark import SparkContext
from pyspark.ml.param import Param, Params, TypeConverters

from sparkstrom._jar import java_class

_PARAMS = "org.apache.spark.ml.param."


class SearchSpace:
    """The values that a search may try: lists, and ranges to draw from.

    Gives candidates as PySpark's ParamGridBuilder does, all combinations (``grid``) or a random
    choice (``sample``), which is that of Java's SearchSpace for the same seed::

        candidates = (SearchSpace()
            .logUniform(network.learningRate, 1e-4, 1e-1)
            .values(network.layers, [64, 10], [64, 32, 10])
            .sample(30, seed=7))

    A Spark session must be running. Not thread-safe.
    """

    def __init__(self) -> None:
        self._space = java_class("org.sparkstrom.ml.search.SearchSpace")()
        # In the order in which they were added; no list for a range
        self._domains: Dict[Tuple[str, str], Tuple[Param, Optional[List[Any]]]] = {}

    def values(self, param: Param, *values: Any) -> "SearchSpace":
        """Adds a Param that takes one of these values."""
        _require_param(param)
        # Java draws places in the list, so that a value may be all that Python has
        listed = [param.typeConverter(value) for value in values]
        gateway = SparkContext._active_spark_context._gateway  # type: ignore[union-attr]
        places = gateway.new_array(gateway.jvm.java.lang.Object, len(listed))
        for i, value in enumerate(listed):
            places[i] = listed.index(value)
        self._space.values(_stand_in("IntParam", param), places)
        return self._with(param, listed)

    def uniform(self, param: "Param[float]", low: float, high: float) -> "SearchSpace":
        """Adds a Param whose value is drawn from low to high, each as likely."""
        _require_param(param, "toFloat", "uniform")
        self._space.uniform(_stand_in("DoubleParam", param), float(low), float(high))
        return self._with(param, None)

    def logUniform(self, param: "Param[float]", low: float, high: float) -> "SearchSpace":
        """Adds a Param whose value is drawn from low to high, above 0, with each order of magnitude
        as likely: for rates and penalties."""
        _require_param(param, "toFloat", "logUniform")
        self._space.logUniform(_stand_in("DoubleParam", param), float(low), float(high))
        return self._with(param, None)

    def integers(self, param: "Param[int]", low: int, high: int) -> "SearchSpace":
        """Adds a Param whose value is a whole number from low to high, both included."""
        _require_param(param, "toInt", "integers")
        self._space.integers(_stand_in("IntParam", param), low, high)
        return self._with(param, None)

    def grid(self) -> List[Dict[Param, Any]]:
        """All combinations of the values; the first Param changes slowest.

        Raises IllegalArgumentException if a Param has a range.
        """
        return [self._candidate(java_map) for java_map in self._space.grid()]

    def sample(self, count: int, seed: int) -> List[Dict[Param, Any]]:
        """So many candidates at random, the same for the same seed. All are different: there are
        fewer where the space has no more."""
        return [self._candidate(java_map) for java_map in self._space.sample(count, seed)]

    def _with(self, param: Param, listed: Optional[List[Any]]) -> "SearchSpace":
        self._domains[(param.parent, param.name)] = (param, listed)
        return self

    def _candidate(self, java_map: Any) -> Dict[Param, Any]:
        drawn = {
            (pair.param().parent(), pair.param().name()): pair.value()
            for pair in java_map.toList()
        }
        return {
            param: drawn[key] if listed is None else listed[drawn[key]]
            for key, (param, listed) in self._domains.items()
        }


def _stand_in(kind: str, param: Param) -> Any:
    """A Param of Java with the name of one of Python, whose stage Java need not know yet."""
    return java_class(_PARAMS + kind)(param.parent, param.name, param.doc)


def _require_param(param: Any, converter: str = "", method: str = "") -> None:
    if not isinstance(param, Param) or param.parent == Params._dummy().uid:
        raise TypeError(
            "a space must have Params of stages, such as network.learningRate of a stage network, "
            f"but is given {param!r}"
        )
    wanted: Optional[Callable[..., Any]] = getattr(TypeConverters, converter, None)
    if wanted is not None and param.typeConverter is not wanted:
        raise TypeError(
            f"{method} must have a Param of {'float' if converter == 'toFloat' else 'int'}, but "
            f"{param.parent}.{param.name} is none; list its values with values(...)"
        )
