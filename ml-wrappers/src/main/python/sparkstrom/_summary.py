# SPDX-License-Identifier: Apache-2.0
"""The facts of a fit."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from sparkstrom._frame import framed
from sparkstrom._plain import facts


@dataclass(frozen=True)
class TrainingSummary:
    """The facts of the fit that made a model, as plain values; saved with the model.

    Attributes
    ----------
    parametersSha256 : str
        hash of the parameters, as every worker reported it
    workers : int
        number of workers
    executors : int
        number of JVMs that the workers ran in
    rounds : int
        rounds of sharing
    rows : int
        rows trained on, counted once per use
    bytesSent : int
        bytes sent to peers, over all workers
    denseBytes : int
        what float32 updates to the same peers would have taken
    fitSeconds : float
        wall time of the training stage, packing included
    lossPerEpoch : list of float
        mean training loss of each epoch, over all workers
    validationPerEpoch : list of dict
        figures on the validation rows after each epoch, by name; empty without such rows
    modeChoices : list of dict
        how updates were shared with the quantizer auto, and by which figures
    """

    parametersSha256: str
    workers: int
    executors: int
    rounds: int
    rows: int
    bytesSent: int
    denseBytes: int
    fitSeconds: float
    lossPerEpoch: List[float]
    validationPerEpoch: List[Dict[str, float]]
    modeChoices: List[Dict[str, Any]]
    _html: str = field(default="", repr=False, compare=False)

    def toHtml(self) -> str:
        """The course of the fit as one HTML file that needs no network."""
        return self._html

    def _repr_html_(self) -> str:
        """The same for a notebook, in a frame of its own, so that neither sees the other."""
        return framed(self._html, title="fit", height=700, sandbox="allow-scripts")

    @classmethod
    def of(cls, java_optional: Any) -> "Optional[TrainingSummary]":
        """The summary in a Java Optional; None if it is empty: the network was fitted elsewhere."""
        if not java_optional.isPresent():
            return None
        java = java_optional.get()
        return cls(**facts(java, cls), _html=java.toHtml())
