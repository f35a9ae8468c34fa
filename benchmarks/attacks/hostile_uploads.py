"""Pictures in every format that Pillow writes, damaged in every way that comes to mind."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, features

from catalog.images import ImageError
from catalog.images.errors import too_intricate
from catalog.images.guarded_decoding import Decoders

ACROSS = 96
DEPRECATED = {"IM"}
"""Which Pillow warns of."""
DAMAGES = ("bits", "cut", "crossed", "zeroed", "repeated", "trailing")


@dataclass
class Outcome:
    """What became of the pictures: how many were read, refused by a sentence, ended their process,
    or raised what nobody foresaw; and the longest, in seconds."""

    read: int = 0
    refused: int = 0
    ended: int = 0
    unforeseen: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0


def sent(count: int, rng: random.Random) -> Outcome:
    """Decode `count` damaged pictures as uploads are."""
    whole, decoders, found = every_format(rng), Decoders(1), Outcome()
    names, intricate = sorted(whole), str(too_intricate())
    for number in range(count):
        data = hostile_picture(whole, rng.choice(names), DAMAGES[number % len(DAMAGES)], rng)
        began = time.perf_counter()
        try:
            decoders.decode(data, at_least=(500, 500))
            found.read += 1
        except ImageError as error:
            found.refused += 1
            found.ended += str(error) == intricate
        except Exception as error:  # what this looks for
            found.unforeseen[type(error).__name__] += 1
        found.longest = max(found.longest, time.perf_counter() - began)
    decoders.close()
    return found


def every_format(rng: random.Random) -> dict[str, bytes]:
    """One picture in each format that this Pillow writes without asking for more."""
    Image.init()
    noise = Image.frombytes("RGB", (ACROSS, ACROSS), rng.randbytes(ACROSS * ACROSS * 3))
    found: dict[str, bytes] = {}
    for name in sorted(set(Image.SAVE) - DEPRECATED):
        for mode in ("RGB", "P", "L", "1"):
            file = BytesIO()
            try:
                noise.convert(mode).save(file, name)
            except (OSError, ValueError, KeyError, TypeError):
                continue
            found[f"{name} {mode}"] = file.getvalue()
    file = BytesIO()
    noise.save(file, "JPEG", progressive=True)
    found["JPEG progressive"] = file.getvalue()
    if features.check("webp"):
        file = BytesIO()
        noise.save(file, "WEBP", save_all=True, append_images=[noise.rotate(90)])
        found["WEBP animated"] = file.getvalue()
    return found


def hostile_picture(whole: dict[str, bytes], name: str, kind: str, rng: random.Random) -> bytes:
    data = bytearray(whole[name])
    place = rng.randrange(1, len(data))
    if kind == "bits":
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == "cut":
        del data[place:]
    elif kind == "crossed":
        other = whole[rng.choice(sorted(whole))]
        data[: rng.randint(4, 64)] = other[: rng.randint(4, 64)]
    elif kind == "zeroed":
        data[place : place + 64] = bytes(64)
    elif kind == "repeated":
        data[place:place] = data[max(0, place - 200) : place] * rng.randint(1, 50)
    else:
        data += whole[rng.choice(sorted(whole))]
    return bytes(data)
