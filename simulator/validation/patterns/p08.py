"""One friend who likes an offer lifts clicks, further ones hardly."""

from __future__ import annotations

from simulator.validation.pattern import Band, Part, Pattern, lacking

_measure = lacking("social cues on offers in a circle")

PATTERN = Pattern(
    "8",
    "The first friend's cue on an offer lifts clicks, later ones add little",
    "information against pressure",
    "clicks are linear in the number of cues",
    "Huang & Lin 2024",
    (
        Part("8a", "clicks with one friend's cue over none, less 1", "fitted", Band(0.05, 0.60), "share", _measure),
        Part("8b", "what a second and later cue adds, over the first", "fitted", Band(high=0.25), "share", _measure),
    ),
)
