"""Seeded evidence: what a model, an entailment model and an embedding model might have said of 2 to 8 samples."""

import numpy as np

SEED = 20260
VOCABULARY = 12
DIMENSIONS = 4
# Words of three letters are never stemmed, and every tokeniser splits them alike.
WORDS = "cat dog sun red two box map sea ice owl jam fig".split()
LABELS = ("entailment", "neutral", "contradiction")


def rounded(values, digits=6):
    return np.round(np.asarray(values, dtype=float), digits).tolist()


def distribution(rng):
    """ln p over the vocabulary, exact in float32, as models give it."""
    logits = rng.normal(0, rng.choice([0.5, 2.0, 4.0]), VOCABULARY)
    logprobs = logits - np.log(np.exp(logits).sum())
    return [float(str(value)) for value in logprobs.astype(np.float32)]


def verdict(rng, favoured=None):
    weights = np.array([1.0, 1.0, 1.0])
    if favoured is not None:
        weights[favoured] = 12.0
    e, n = np.round(rng.dirichlet(weights), 6)[:2]
    return [float(e), float(n), float(round(1 - e - n, 6))]


def verdicts(rng, count, meanings=None):
    """Every text against every other, row = premise. With `meanings` no classifier could be clearer."""

    def one(i, j, together):
        if i == j:
            return [1.0, 0.0, 0.0]
        if meanings is not None:
            return verdict(rng, 0 if meanings[i] == meanings[j] else rng.choice([1, 2]))
        return verdict(rng, 0 if together else None)

    together = rng.random((count, count)) < 0.4
    return [[one(i, j, together[min(i, j), max(i, j)]) for j in range(count)] for i in range(count)]


def clear_verdicts(rng, meanings):
    while True:
        matrix = verdicts(rng, len(meanings), meanings)
        labels = np.argmax(matrix, axis=2)
        same = np.equal.outer(meanings, meanings)
        if np.array_equal(labels == 0, same):
            return matrix


def tokens(rng):
    """A text's log-probabilities, the end token last, and what its meaning loses without each token."""
    count = int(rng.integers(3, 7))
    relevance = rounded(rng.uniform(0.02, 0.9, count - 1)) + [0.0]
    return {"logprobs": rounded(np.log(rng.uniform(0.05, 0.98, count))), "relevance": relevance}


def alternatives(rng, row, emitted):
    """Tokens that could stand at one position, the emitted one left out, with both directed classes."""
    others = [token for token in np.argsort(row)[::-1] if token != emitted][:4]
    return [
        {"logprob": row[token], "forward": str(rng.choice(LABELS)), "backward": str(rng.choice(LABELS))}
        for token in others
    ]


def answer(rng):
    rows = [distribution(rng) for _ in range(int(rng.integers(3, 7)))]
    ids = [int(np.argmax(row)) if rng.random() < 0.7 else int(rng.integers(VOCABULARY)) for row in rows]
    spoken = len(rows) - 1
    return {
        "distributions": rows,
        "ids": ids,
        "relevance": rounded(rng.uniform(0.02, 0.9, spoken)) + [0.0],
        "unconditional": rounded(np.log(rng.uniform(0.02, 0.9, len(rows)))),
        "alternatives": [alternatives(rng, row, i) for row, i in zip(rows[:-1], ids)] + [[]],
        "function_words": [int(rng.integers(spoken))],
    }


def texts(rng, count):
    found = []
    while len(found) < count:
        text = " ".join(rng.choice(WORDS, int(rng.integers(3, 6)), replace=False))
        if text not in found:
            found.append(text)
    return found


def case(rng, name, chosen):
    """`chosen`: which text the answer and then every sample is."""
    count = max(chosen) + 1
    spoken = [tokens(rng) for _ in range(count)]
    meanings = rng.integers(0, max(1, count // 2 + 1), count)
    true, false = rng.uniform(0.05, 0.6), rng.uniform(0.05, 0.35)
    return {
        "name": name,
        "texts": texts(rng, count),
        "tokens": spoken,
        "answer": {"text": chosen[0], **answer(rng)},
        "samples": chosen[1:],
        "verdicts": verdicts(rng, count),
        "clear_verdicts": clear_verdicts(rng, meanings),
        "self_verdicts": [verdict(rng, 0) for _ in range(count)],
        "embeddings": rounded(rng.normal(0.8, 1, (count, DIMENSIONS))),
        "truth": {"true": round(true, 6), "false": round(false, 6)},
    }


def drawn(rng, samples):
    """Texts of the answer and the samples: some are drawn again."""
    chosen = []
    for _ in range(samples + 1):
        repeats = chosen and rng.random() < 0.25
        chosen.append(int(rng.choice(chosen)) if repeats else max(chosen, default=-1) + 1)
    return chosen


def all_cases():
    rng = np.random.default_rng(SEED)
    cases = [case(rng, f"{n} samples", drawn(rng, n)) for n in range(2, 9)]
    cases.append(case(rng, "5 equal samples", [0, 1, 1, 1, 1, 1]))
    cases.append(case(rng, "6 different samples", list(range(7))))
    return cases
