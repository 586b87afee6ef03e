# SPDX-License-Identifier: Apache-2.0
"""Search of hyperparameters; the stages are defined under the names of their Java classes."""

from org.sparkstrom.ml.search import (
    HyperparameterSearch,
    HyperparameterSearchModel,
    SearchSpace,
    TrialResult,
)

__all__ = [
    "HyperparameterSearch",
    "HyperparameterSearchModel",
    "SearchSpace",
    "TrialResult",
]
