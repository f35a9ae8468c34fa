"""Reading posters with a trained model over ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from embedder import card as cards
from embedder.card import PACKAGED, ModelCard
from embedder.preprocess import to_array

_CHUNK = 16  # posters a call: enough to fill a core, small enough to stay in its cache


@dataclass(frozen=True)
class PosterReading:
    """What a model says of B posters.

    Attributes:
        embeddings: float32 [B, D], raw, not normalised: the parts of the card side by side.
        genres: float32 [B, C], calibrated probabilities, independent of each other.
        decades: float32 [B, decades], probabilities that sum to 1.
        scores: float32 [B, 5], probabilities of a rating of 0-2, 2-4 … 8-10; rows sum to 1.
        positions: float32 [B, h, w, D] when asked for: the embeddings of the positions of the
            last feature map; their mean over h and w is the poster's embedding.
    """

    embeddings: NDArray[np.float32]
    genres: NDArray[np.float32]
    decades: NDArray[np.float32]
    scores: NDArray[np.float32]
    positions: NDArray[np.float32] | None = None


class Embedder:
    """A loaded model. Use `Embedder.load`."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        card: ModelCard,
        fingerprint: str,
        folder: Path,
    ) -> None:
        """`folder`: it was loaded from there, where another model may be by now."""
        self._session = session
        self.card = card
        self.fingerprint = fingerprint
        self.folder = folder

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Embedder:
        """Load a model folder, or the packaged model.

        Args:
            folder: holds `model.onnx` and `model.json`.
            threads: of one `read`; one a web worker is fastest under load.

        Raises:
            ModelError: the folder is missing, torn, or does not match its fingerprint.
            ValueError: threads below 1.
        """
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        folder = folder or PACKAGED
        onnx, card, fingerprint = cards.load_model(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # Workers share cores with other workers: a thread that spins while idle steals theirs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = onnxruntime.InferenceSession(
                onnx, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors share no base class of its own
            raise cards.refusal_of(
                folder, f"the model in {folder} cannot be run: {error}"
            ) from error
        return cls(session, card, fingerprint, folder)

    @property
    def dimensions(self) -> int:
        """Length D of an embedding."""
        return self.card.dimensions

    @property
    def packaged(self) -> bool:
        """Whether it is the model that comes with the program."""
        return self.fingerprint == cards.packaged_fingerprint()

    def read(self, images: Sequence[Image.Image], *, positions: bool = False) -> PosterReading:
        """Embed posters and read them off.

        Args:
            images: mode RGB, any size; each is resized whole, not cropped.
            positions: also give the embedding of every position.

        Raises:
            ValueError: no images, or one that is not RGB.
        """
        if len(images) == 0:
            raise ValueError("read needs at least one image")
        return self.read_arrays(
            np.stack([to_array(image, self.card.height, self.card.width) for image in images]),
            positions=positions,
        )

    def read_arrays(self, posters: NDArray[np.uint8], *, positions: bool = False) -> PosterReading:
        """`read` for posters already at the network's input size.

        Args:
            posters: uint8 [B, height, width, 3], RGB.

        Raises:
            ValueError: another shape or dtype.
        """
        wanted = (self.card.height, self.card.width, 3)
        if posters.ndim != 4 or posters.shape[1:] != wanted or posters.dtype != np.uint8:
            raise ValueError(f"posters must be uint8 [B, {wanted[0]}, {wanted[1]}, 3]")
        names = ["embeddings", "genres", "decades", "scores"] + ["positions"] * positions
        chunks = [
            self._session.run(names, {"posters": posters[start : start + _CHUNK]})
            for start in range(0, len(posters), _CHUNK)
        ]
        return PosterReading(*(np.concatenate(parts) for parts in zip(*chunks, strict=True)))
