"""Gives seeded evidence to lm-polygraph and UQLM and writes it with their numbers. Run: see README.md."""

import json
import sys
import warnings
from importlib.metadata import version

import numpy as np

import stand_ins

stand_ins.install()

import cases  # noqa: E402
import polygraph  # noqa: E402
import uqlm_scores  # noqa: E402

PACKAGES = ("lm-polygraph", "uqlm", "boostedprob", "rouge-score", "nltk", "numpy", "scipy")


def main(path):
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    found = cases.all_cases()
    for one in found:
        one["peers"] = {"lm-polygraph": polygraph.scores(one), "uqlm": uqlm_scores.scores(one)}
    facts = {
        "versions": {name: version(name) for name in PACKAGES},
        "seed": cases.SEED,
        "overlap": uqlm_scores.overlap(),
        "cases": found,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(facts, file)


main(sys.argv[1])
