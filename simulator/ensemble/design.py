"""The design of a study: arms, roles and replications, and the seeds they share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from simulator.errors import InputError
from simulator.output.fingerprint import fingerprint
from simulator.output.manifest import ROLES, address, content_address, without_paths

SEED_BITS = 48
"""Seeds stay short enough to type and exact in every reader of JSON."""


class Loaded(Protocol):
    """A loaded scenario, as the loader gives it: every parameter resolved, its input files by hash and by place."""

    @property
    def resolved(self) -> Mapping[str, Any]: ...
    @property
    def files(self) -> Mapping[str, str]: ...
    @property
    def paths(self) -> Mapping[str, Path]: ...


@dataclass(frozen=True)
class RunSpec:
    """One run of a study: all that a worker needs to make it.

    Attributes
    ----------
    arm : str
        Label of the scenario in the study.
    role : str
        "campaign" or "control".
    replication : int
    seed : int
        The same in all arms and roles of a replication.
    resolved : mapping
        The resolved scenario as JSON values.
    files : mapping
        SHA-256 of each input file by the name the scenario gives it.
    paths : mapping
        Where each input file is on this machine, by the same name; no part of the address.
    """

    arm: str
    role: str
    replication: int
    seed: int
    resolved: Mapping[str, Any]
    files: Mapping[str, str]
    paths: Mapping[str, Path] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How the run is called in messages."""
        return f"{self.arm}, replication {self.replication}, {self.role}"

    def address(self) -> str:
        """The run's content address under the running engine."""
        return address(self.resolved, self.seed, self.role, self.files, fingerprint().digest)


@dataclass(frozen=True)
class Arm:
    """A scenario under its label in the study."""

    label: str
    resolved: Mapping[str, Any]
    files: Mapping[str, str]
    paths: Mapping[str, Path] = field(default_factory=dict)

    def campaigning(self) -> tuple[str, ...]:
        """The brands with a campaign, in the scenario's order."""
        return tuple(brand["name"] for brand in self.resolved.get("brands", ()) if brand.get("campaign") is not None)


@dataclass(frozen=True)
class Study:
    """Arms x roles x replications.

    Parameters
    ----------
    arms : of unique labels.
    replications : at least 1.
    seed : of the study; the replications' seeds derive from it.

    Raises
    ------
    InputError
        If there is no arm or no replication, or the seed is negative.
    """

    arms: tuple[Arm, ...]
    replications: int
    seed: int

    def __post_init__(self) -> None:
        if not self.arms:
            raise InputError("a study needs at least one scenario")
        if self.replications < 1:
            raise InputError(f"replications is {self.replications}; allowed: 1 or more")
        if not 0 <= self.seed < 2**64:
            raise InputError(f"seed is {self.seed}; allowed: 0 to {2**64 - 1}")
        labels = [arm.label for arm in self.arms]
        if len(set(labels)) != len(labels):
            raise InputError(f"two arms bear one label: {', '.join(labels)}")

    @property
    def address(self) -> str:
        """What is asked, whoever answers: the arms and the seed.

        Neither the number of replications nor the code enters, so a study that is extended or repeated after a
        change stays in its folder; runs are told apart by their own addresses.
        """
        arms = [[arm.label, without_paths(arm.resolved, arm.files), sorted(arm.files.values())] for arm in self.arms]
        return content_address({"arms": arms, "seed": self.seed})

    def seeds(self) -> list[int]:
        """The seed of each replication."""
        return [replication_seed(self.seed, number) for number in range(self.replications)]

    def specs(self) -> list[RunSpec]:
        """All runs: by replication, then arm, then role, so that a study cut short is balanced over its arms."""
        return list(self._specs())

    def _specs(self) -> Iterator[RunSpec]:
        for replication, seed in enumerate(self.seeds()):
            for arm in self.arms:
                for role in ROLES:
                    yield RunSpec(arm.label, role, replication, seed, arm.resolved, arm.files, arm.paths)


def replication_seed(seed: int, replication: int) -> int:
    """The seed of a replication: a keyed hash of the study's seed, 48 bits. It does not depend on the arms."""
    digest = hashlib.sha256(f"replication {replication} of study {seed}".encode()).digest()
    return int.from_bytes(digest[: SEED_BITS // 8], "big")


def make_study(loaded: Sequence[Loaded], replications: int, seed: int, labels: Sequence[str] | None = None) -> Study:
    """A study over loaded scenarios.

    Parameters
    ----------
    loaded : one scenario an arm; one may be given twice, to see that it does not differ from itself.
    replications, seed : see `Study`.
    labels : one an arm; by default the scenarios' names, numbered where they repeat.
    """
    if labels is not None and len(labels) != len(loaded):
        raise InputError(f"{len(labels)} labels were given for {len(loaded)} scenarios")
    own = [str(one.resolved.get("name", "scenario")) for one in loaded]
    given = list(labels) if labels is not None else _numbered(own)
    arms = tuple(Arm(label, one.resolved, one.files, one.paths) for label, one in zip(given, loaded, strict=True))
    return Study(arms, replications, seed)


def _numbered(names: Sequence[str]) -> list[str]:
    """Names made unique: a, a (2), a (3)."""
    labels: list[str] = []
    for name in names:
        label, count = name, 1
        while label in labels:
            count += 1
            label = f"{name} ({count})"
        labels.append(label)
    return labels
