"""From a poster to its embedding and what it reads as.

Inference needs ONNX Runtime, NumPy and Pillow alone. Training, evaluation and export live in
modules of their own and need the `train` extra.
"""

from embedder.card import ModelCard, ModelError
from embedder.model import Embedder, PosterReading

__all__ = ["Embedder", "ModelCard", "ModelError", "PosterReading"]
