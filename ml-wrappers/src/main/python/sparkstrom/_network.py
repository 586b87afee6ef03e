# SPDX-License-Identifier: Apache-2.0
"""Configurations of networks, written in Python."""

from typing import Any, Callable, List, Optional, Sequence

from pyspark import SparkContext

from sparkstrom._jar import java_class

_NETWORK = "org.deeplearning4j.nn.conf.NeuralNetConfiguration"
_RUNTIME = "org.sparkstrom.spark.network.NativeRuntime"
_LAYERS = "org.deeplearning4j.nn.conf.layers."


def _choice(java_enum: str, what: str, name: str) -> Any:
    """The constant of a Java enum by its name in any case."""
    choices = {constant.name(): constant for constant in java_class(java_enum).values()}
    if name.upper() not in choices:
        raise ValueError(
            f"{what} must be one of {', '.join(sorted(c.lower() for c in choices))}, "
            f"but is {name!r}"
        )
    return choices[name.upper()]


def _updater(name: str, learning_rate: float) -> Any:
    """An updater with its other settings as DL4J has them."""
    try:
        updater = java_class("org.nd4j.linalg.learning.config." + name)()
    except RuntimeError:
        raise ValueError(
            "updater must be a class of org.nd4j.linalg.learning.config, such as Adam, Sgd or "
            f"Nesterovs, but is {name!r}"
        ) from None
    if updater.hasLearningRate():
        updater.setLrAndSchedule(learning_rate, None)
    return updater


def _ints(values: Sequence[int]) -> Any:
    gateway = SparkContext._active_spark_context._gateway  # type: ignore[union-attr]
    array = gateway.new_array(gateway.jvm.int, len(values))
    for i, value in enumerate(values):
        array[i] = value
    return array


class Network:
    """A Deeplearning4j configuration, layer by layer, for ``NetworkClassifier.setConfiguration``.

    DL4J itself builds it, so a Spark session must be running when ``toJson`` is called. Names of
    activations, losses and initial weights are DL4J's, in any case, and those of updaters its classes::

        network = (Network(seed=7, learningRate=1e-3)
            .images(28, 28, 1)
            .convolution(16, kernel=(5, 5))
            .maxPooling()
            .dense(128, dropOut=0.8)
            .output(10))
        NetworkClassifier(configuration=network.toJson())

    Parameters
    ----------
    seed : int
        seed of the first weights
    updater : str
        class of ``org.nd4j.linalg.learning.config``: Adam, Sgd, Nesterovs, RmsProp, ...
    learningRate : float
        the updater's learning rate
    weightInit : str
        how the first weights are made
    l2 : float
        factor of L2 regularization
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        updater: str = "Adam",
        learningRate: float = 1e-3,
        weightInit: str = "xavier",
        l2: float = 0.0,
    ):
        self._seed = seed
        self._updater = updater
        self._learning_rate = float(learningRate)
        self._weight_init = weightInit
        self._l2 = float(l2)
        self._input: Optional[Callable[[Any], Any]] = None
        self._layers: List[Callable[[], Any]] = []

    def features(self, count: int) -> "Network":
        """Takes vectors of ``count`` features."""
        self._input = lambda types: types.feedForward(count)
        return self

    def images(self, height: int, width: int, channels: int) -> "Network":
        """Takes vectors that are images, flat: [channel][row][column]."""
        self._input = lambda types: types.convolutionalFlat(height, width, channels)
        return self

    def dense(
        self, size: int, *, activation: str = "relu", dropOut: Optional[float] = None
    ) -> "Network":
        """A fully connected layer; ``dropOut`` is the share of its inputs that is kept."""
        return self._layer("DenseLayer", activation, dropOut, lambda made: made.nOut(size))

    def convolution(
        self,
        filters: int,
        *,
        kernel: Sequence[int] = (3, 3),
        stride: Sequence[int] = (1, 1),
        activation: str = "relu",
    ) -> "Network":
        """A layer of convolutions."""
        return self._layer(
            "ConvolutionLayer",
            activation,
            None,
            lambda made: made.nOut(filters).kernelSize(_ints(kernel)).stride(_ints(stride)),
        )

    def maxPooling(
        self, *, kernel: Sequence[int] = (2, 2), stride: Sequence[int] = (2, 2)
    ) -> "Network":
        """The greatest value of each window."""
        return self._layer(
            "SubsamplingLayer",
            None,
            None,
            lambda made: made.kernelSize(_ints(kernel)).stride(_ints(stride)),
        )

    def batchNormalization(self) -> "Network":
        """Normalizes its inputs over the batch."""
        return self._layer("BatchNormalization", None, None, lambda made: made)

    def output(
        self, size: int, *, activation: str = "softmax", loss: str = "mcxent"
    ) -> "Network":
        """The last layer; for a regressor ``output(1, activation="identity", loss="mse")``."""
        return self._layer(
            "OutputLayer",
            activation,
            None,
            lambda made: made.nOut(size).lossFunction(
                _choice(
                    "org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction", "loss", loss
                )
            ),
        )

    def toJson(self) -> str:
        """The configuration as DL4J's JSON.

        Raises ValueError if the network has no input, no layer, or a name that DL4J does not know.
        """
        if self._input is None or not self._layers:
            raise ValueError(
                "a network must have an input and layers; call features(...) or images(...), and "
                "end with output(...)"
            )
        java_class(_RUNTIME).prepare()  # before DL4J's builder loads ND4J without our limits
        layers = (
            java_class(_NETWORK)
            .Builder()
            .seed(self._seed)
            .updater(_updater(self._updater, self._learning_rate))
            .weightInit(
                _choice("org.deeplearning4j.nn.weights.WeightInit", "weightInit", self._weight_init)
            )
            .l2(self._l2)
            .list()
        )
        for layer in self._layers:
            layers = layers.layer(layer())
        types = java_class("org.deeplearning4j.nn.conf.inputs.InputType")
        return layers.setInputType(self._input(types)).build().toJson()

    def _layer(
        self,
        kind: str,
        activation: Optional[str],
        dropOut: Optional[float],
        settings: Callable[[Any], Any],
    ) -> "Network":
        def make() -> Any:
            made = settings(java_class(_LAYERS + kind).Builder())
            if activation is not None:
                made = made.activation(
                    _choice("org.nd4j.linalg.activations.Activation", "activation", activation)
                )
            if dropOut is not None:
                made = made.dropOut(float(dropOut))
            return made.build()

        self._layers.append(make)
        return self
