"""From a poster to its embedding and what it reads as.

Inference needs ONNX Runtime, NumPy and Pillow alone. Training, evaluation and export live in
modules of their own and need the `train` extra.
"""

import os

# ONNX Runtime reports to its maker what it runs, and marks the machine, since version 1.29; it asks
# once, as it is first imported, whether it may. Nothing leaves this machine unasked.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from embedder.card import ModelCard, ModelError
from embedder.model import Embedder, PosterReading

__all__ = ["Embedder", "ModelCard", "ModelError", "PosterReading"]
