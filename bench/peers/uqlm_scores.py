"""UQLM's scorers on one case."""

import time

import numpy as np

from uqlm.black_box.consistency import ConsistencyScorer
from uqlm.black_box.cosine import CosineScorer
from uqlm.black_box.match import MatchScorer
from uqlm.nli.nli import NLI
from uqlm.scorers.shortform.density import SemanticDensity
from uqlm.scorers.shortform.entropy import SemanticEntropy
from uqlm.white_box.p_true import PTrueScorer
from uqlm.white_box.sampled_logprobs import SampledLogprobsScorer
from uqlm.white_box.single_logprobs import SingleLogprobsScorer
from uqlm.white_box.top_logprobs import TopLogprobsScorer

# UQLM lets a progress bar catch up after every call.
time.sleep = lambda seconds: None

TOP = 5
PROMPT = "question"


class GivenNLI(NLI):
    """UQLM's NLI with given class probabilities in the place of the classifier's."""

    def __init__(self, texts, verdicts):
        self.verdicts = {(a, b): verdicts[i][j] for i, a in enumerate(texts) for j, b in enumerate(texts)}
        self.label_mapping = ["contradiction", "neutral", "entailment"]
        self.probabilities = {}

    def predict_batch(self, pairs):
        plain = [tuple(text.removeprefix(f"{PROMPT}\n") for text in pair) for pair in pairs]
        return np.array([self.verdicts[pair][::-1] for pair in plain])


class GivenEmbeddings:
    def __init__(self, case):
        self.vectors = dict(zip(case["texts"], np.array(case["embeddings"])))

    def encode(self, texts):
        return [self.vectors[text] for text in texts]


def as_logprobs(case, count):
    answer = case["answer"]
    return [
        {"logprob": row[i], "top_logprobs": [{"logprob": one} for one in sorted(row, reverse=True)[:count]]}
        for row, i in zip(answer["distributions"], answer["ids"])
    ]


def spoken(case, text):
    return [{"logprob": one} for one in case["tokens"][text]["logprobs"]]


def white_box(case):
    whole, top = as_logprobs(case, None), as_logprobs(case, TOP)
    plain = SingleLogprobsScorer(scorers=["sequence_probability"], length_normalize=False).evaluate([whole])
    found = {
        **SingleLogprobsScorer().evaluate([whole]),
        "sequence_probability, not normalized": plain["sequence_probability"],
        **TopLogprobsScorer(top_k_logprobs=len(whole[0]["top_logprobs"])).evaluate([whole]),
    }
    names = ["mean_token_negentropy", "min_token_negentropy"]
    for name, values in TopLogprobsScorer(scorers=names, top_k_logprobs=TOP).evaluate([top]).items():
        found[f"{name}, top {TOP}"] = values
    return found


def truth(case):
    """The first word of the reply is the likelier of two that share all mass."""
    mass = case["truth"]["true"] / (case["truth"]["true"] + case["truth"]["false"])
    word = {"token": "True", "logprob": np.log(mass)} if mass > 0.5 else {"token": "False", "logprob": np.log1p(-mass)}
    return {"p_true": [PTrueScorer._extract_ptrue_from_logprobs_result([word])]}


def cosine_scorer(case):
    scorer = CosineScorer()
    scorer.model = GivenEmbeddings(case)
    return scorer


def black_box(case, own, samples):
    nli = GivenNLI(case["texts"], case["verdicts"])
    consistency = ConsistencyScorer(nli=nli, scorers=["noncontradiction", "entailment"]).evaluate([own], [samples])
    return {
        "noncontradiction": consistency["noncontradiction"],
        "entailment": consistency["entailment"],
        "exact_match": MatchScorer().evaluate([own], [samples]),
        "cosine_sim": cosine_scorer(case).evaluate([own], [samples]),
    }


def meanings(case, key, own, samples):
    entropy = SemanticEntropy(nli=GivenNLI(case["texts"], case[key]), use_best=False, prompts_in_nli=False)
    data = entropy.score(
        responses=[own],
        sampled_responses=[samples],
        logprobs_results=[as_logprobs(case, None)],
        sampled_logprobs_results=[[spoken(case, text) for text in case["samples"]]],
        show_progress_bars=False,
    ).to_dict()["data"]
    return {
        "semantic_negentropy": data["discrete_confidence_scores"],
        "semantic_negentropy, token probabilities": data["tokenprob_confidence_scores"],
        "num_semantic_sets": data["num_semantic_sets"],
    }


def density(case, own, samples):
    data = SemanticDensity(nli=GivenNLI(case["texts"], case["verdicts"])).score(
        prompts=[PROMPT],
        responses=[own],
        sampled_responses=[samples],
        logprobs_results=[as_logprobs(case, None)],
        sampled_logprobs_results=[[spoken(case, text) for text in case["samples"]]],
        show_progress_bars=False,
    ).to_dict()["data"]
    return {"semantic_density": data["semantic_density_values"]}


def product(case, own, samples):
    scorer = SampledLogprobsScorer(scorers=["consistency_and_confidence"])
    scorer._cosine_scorer = cosine_scorer(case)
    return scorer.evaluate([own], [samples], [as_logprobs(case, None)])


def scores(case):
    own, samples = case["texts"][case["answer"]["text"]], [case["texts"][i] for i in case["samples"]]
    unclear = meanings(case, "verdicts", own, samples)
    found = {
        **white_box(case),
        **truth(case),
        **black_box(case, own, list(samples)),
        **meanings(case, "clear_verdicts", own, list(samples)),
        "semantic_negentropy, unclear meanings": unclear["semantic_negentropy"],
        **density(case, own, list(samples)),
        **product(case, own, list(samples)),
    }
    return {name: float(values[0]) for name, values in found.items()}


def overlap():
    """Three answers of which the last shares its meaning with both others (formulas.md §15, F11)."""
    texts = ["a", "b", "c"]
    entails, neutral = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]
    verdicts = [[entails, neutral, entails], [neutral, entails, neutral], [neutral, entails, entails]]
    scorer = SemanticEntropy(nli=GivenNLI(texts, verdicts), use_best=False, prompts_in_nli=False)
    data = scorer.score(responses=["a"], sampled_responses=[["b", "c"]], show_progress_bars=False).to_dict()["data"]
    return {"verdicts": verdicts, "discrete_entropy": float(data["discrete_entropy_values"][0])}
