"""What an index folder says about itself."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

# Raised whenever a version of this program would misread a later one's folders. The first had whole
# vectors for every metric searched exactly.
MANIFEST_FORMAT = 2
READABLE_FORMATS = (1, MANIFEST_FORMAT)


@dataclass(frozen=True)
class GraphFacts:
    """storage: "float32" or "float16", how the raw embeddings are kept
    dimensions: of the vectors by which each graph leads the way
    width: candidates held while walking for five neighbours, a metric, as `recall` was measured
    recall: share of the true five nearest that is then found, a metric, of queries that the
        graphs did not hold
    """

    storage: str
    dimensions: Mapping[str, int]
    width: Mapping[str, int]
    recall: Mapping[str, float]


@dataclass(frozen=True)
class Manifest:
    """Facts about an index folder; `manifest.json` is exactly `rendered()`.

    format: version of the folder's layout
    model: fingerprint of the model that made the embeddings
    n, d: posters, dimensions
    metrics: names of the arms
    overlap: mean overlap@5 a pair of metrics, "cosine-euclidean" and so on
    hubness: skewness of the 10-occurrence a metric
    sampled: posters whose neighbours were measured for overlap, hubness and closeness;
        n, or a sample drawn with `seed`
    seed: seed of the sample and of the map
    files: SHA-256 of every other file in the folder, by name
    created: when, ISO 8601 in UTC
    graph: of an approximate search; left out of the file where the search is exact
    """

    format: int
    model: str
    n: int
    d: int
    metrics: tuple[str, ...]
    overlap: Mapping[str, float]
    hubness: Mapping[str, float]
    sampled: int
    seed: int
    files: Mapping[str, str]
    created: str
    graph: GraphFacts | None = None

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the content: every fact but `created`, so equal input has one name."""
        facts = self._facts()
        del facts["created"]
        return _sha256(facts)

    def rendered(self) -> str:
        """The text of manifest.json; its own checksum covers what the fingerprint leaves out."""
        facts = self._facts()
        facts["fingerprint"] = self.fingerprint
        facts["checksum"] = _sha256(facts)
        return json.dumps(facts, indent=2, sort_keys=True) + "\n"

    def _facts(self) -> dict[str, Any]:
        facts = asdict(self)
        if self.graph is None:
            del facts["graph"]
        return facts

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """The manifest that renders as `text`; ValueError where none does."""
        facts = json.loads(text)
        if not isinstance(facts, dict):
            raise ValueError("it is not a manifest of an index")
        found = facts.get("format")
        if found not in READABLE_FORMATS:
            raise ValueError(
                f"it has format {found!r}, and this version reads 1 to {MANIFEST_FORMAT}"
            )
        names = {field.name for field in fields(cls)}
        extra = {"fingerprint", "checksum"}
        if set(facts) | {"graph"} != names | extra or not isinstance(facts["metrics"], list):
            raise ValueError("it is not a manifest of an index")
        known = {name: facts[name] for name in names & set(facts)}
        known["metrics"] = tuple(known["metrics"])
        if "graph" in known:
            try:
                known["graph"] = GraphFacts(**known["graph"])
            except TypeError:
                raise ValueError("it is not a manifest of an index") from None
        manifest = cls(**known)
        if manifest.rendered() != text:
            raise ValueError("it does not match its own checksum")
        return manifest


def _sha256(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
