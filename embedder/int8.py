"""An int8 build of a model, offered only where it loses next to nothing and is faster."""

from __future__ import annotations

import dataclasses
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedder import card as cards
from embedder.model import Embedder

MOST_POINTS_LOST = 0.5
CALIBRATION = 256  # posters: activations' ranges hardly widen with more
_QUANTISED = ["Conv", "Add", "Clip", "Relu"]  # together, or ONNX Runtime cannot fuse them
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Comparison:
    """A float32 model and its int8 build on the same posters.

    Attributes:
        map_float32, map_int8: mean over genres of average precision, in [0, 1].
        ms_float32, ms_int8: median milliseconds to read one poster on one thread.
    """

    map_float32: float
    map_int8: float
    ms_float32: float
    ms_int8: float

    @property
    def points_lost(self) -> float:
        """Of mAP, in hundredths."""
        return 100 * (self.map_float32 - self.map_int8)

    @property
    def worth_it(self) -> bool:
        return self.points_lost <= MOST_POINTS_LOST and self.ms_int8 < self.ms_float32


def quantise(onnx: bytes, posters: Pixels) -> bytes:
    """The model with int8 convolutions, each channel with a scale of its own; heads stay float32.

    All eight bits are used: keeping to seven, so that x86 processors without VNNI cannot overflow
    the 16 bits they add pairs of products in, cost a whole point of mAP. What `compare` measures
    is therefore true of processors like the one it runs on.

    Args:
        onnx: as `export.to_onnx` gives it.
        posters: uint8 [N, height, width, 3], training posters that show the range of activations.

    Raises:
        ValueError: no posters.
    """
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    if not len(posters):
        raise ValueError("quantising needs posters to calibrate on")
    with tempfile.TemporaryDirectory() as folder, _quiet():
        given, prepared, result = (Path(folder) / f"{name}.onnx" for name in ("in", "pre", "out"))
        given.write_bytes(onnx)
        quant_pre_process(given, prepared)
        quantize_static(
            prepared,
            result,
            _Batches(posters),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_QUANTISED,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return result.read_bytes()


def compare(
    float32: Embedder, int8: Embedder, posters: Pixels, truth: NDArray[np.float32], rounds: int = 60
) -> Comparison:
    """Read the same posters with both models.

    Args:
        posters: uint8 [N, height, width, 3], val's.
        truth: their genres in the order of the models' cards, 0 or 1 [N, C].
        rounds: single posters read by each in turn for the times, so that whatever else the
            machine does strikes both alike.
    """
    from sklearn.metrics import average_precision_score

    seen = truth.any(0)
    figures = [
        float(average_precision_score(truth[:, seen], model.read_arrays(posters).genres[:, seen]))
        for model in (float32, int8)
    ]
    spent = np.zeros((rounds, 2))
    for number in range(rounds):
        at = number % len(posters)
        for column, model in enumerate((float32, int8)):
            started = time.perf_counter()
            model.read_arrays(posters[at : at + 1])
            spent[number, column] = time.perf_counter() - started
    milliseconds = np.median(spent, 0) * 1000
    return Comparison(*figures, *milliseconds.tolist())


def adopt(
    folder: Path, calibration: Pixels, posters: Pixels, truth: NDArray[np.float32]
) -> tuple[Comparison, str]:
    """Put the int8 build in a model folder's place where it is worth it.

    Args:
        folder: holds `model.onnx` and `model.json` in float32.
        calibration: about `CALIBRATION` training posters, uint8 [N, height, width, 3].
        posters, truth: as for `compare`.

    Returns:
        What was measured, and the fingerprint of the model that the folder now holds.
    """
    onnx, card, digest = cards.load(folder)
    small = quantise(onnx, calibration)
    with tempfile.TemporaryDirectory() as trial:
        cards.save(Path(trial), small, card)
        measured = compare(Embedder.load(folder), Embedder.load(Path(trial)), posters, truth)
    if measured.worth_it:
        facts = {name: round(value, 4) for name, value in dataclasses.asdict(measured).items()}
        training = card.training | {"int8": facts}
        digest = cards.save(folder, small, dataclasses.replace(card, training=training))
    return measured, digest


class _Batches:
    """What ONNX Runtime's calibration asks for: one feed after another, then None."""

    def __init__(self, posters: Pixels) -> None:
        starts = range(0, len(posters), 16)
        self._feeds = ({"posters": np.ascontiguousarray(posters[s : s + 16])} for s in starts)

    def get_next(self) -> dict[str, Pixels] | None:
        return next(self._feeds, None)


@contextmanager
def _quiet() -> Iterator[None]:
    """ONNX Runtime's advice on preparing models, which has been followed, is logged as warnings."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
