"""lm-polygraph's estimators on one case. A batch of one: what they take per text, they take in lists of one."""

import numpy as np

from lm_polygraph.estimators.boostedprob_score import BoostedProbSequence
from lm_polygraph.estimators.claim_conditioned_probability import ClaimConditionedProbability
from lm_polygraph.estimators.cocoa import CocoaMSP, CocoaMTE, CocoaPPL
from lm_polygraph.estimators.conditional_pointwise_mutual_information import MeanConditionalPointwiseMutualInformation
from lm_polygraph.estimators.deg_mat import DegMat
from lm_polygraph.estimators.eccentricity import Eccentricity
from lm_polygraph.estimators.eig_val_laplacian import EigValLaplacian
from lm_polygraph.estimators.fisher_rao import FisherRao
from lm_polygraph.estimators.kernel_language_entropy import KernelLanguageEntropy
from lm_polygraph.estimators.label_prob import LabelProb
from lm_polygraph.estimators.lexical_similarity import LexicalSimilarity
from lm_polygraph.estimators.luq import LUQ
from lm_polygraph.estimators.max_probability import MaximumSequenceProbability
from lm_polygraph.estimators.monte_carlo_normalized_sequence_entropy import MonteCarloNormalizedSequenceEntropy
from lm_polygraph.estimators.monte_carlo_sequence_entropy import MonteCarloSequenceEntropy
from lm_polygraph.estimators.num_sem_sets import NumSemSets
from lm_polygraph.estimators.p_true import PTrue
from lm_polygraph.estimators.perplexity import Perplexity
from lm_polygraph.estimators.pointwise_mutual_information import MeanPointwiseMutualInformation
from lm_polygraph.estimators.renyi_neg import RenyiNeg
from lm_polygraph.estimators.sar import SAR
from lm_polygraph.estimators.self_certainty import SelfCertainty
from lm_polygraph.estimators.semantic_density import SemanticDensity
from lm_polygraph.estimators.semantic_entropy import SemanticEntropy
from lm_polygraph.estimators.sentence_sar import SentenceSAR
from lm_polygraph.estimators.token_entropy import MeanTokenEntropy
from lm_polygraph.estimators.token_sar import TokenSAR
from lm_polygraph.stat_calculators.entropy import EntropyCalculator
from lm_polygraph.stat_calculators.semantic_classes import SemanticClassesCalculator

ENTAILMENT, NEUTRAL, CONTRADICTION = 0, 1, 2
SHORT = {"entailment": "entail", "neutral": "neutral", "contradiction": "contra"}


def cosines(embeddings):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    return unit @ unit.T


def over_samples(case, matrix):
    """A matrix over the distinct texts, as one over the samples."""
    return np.asarray(matrix)[np.ix_(case["samples"], case["samples"])]


def with_own_diagonal(case):
    """What the classifier says of a text and itself in the place of certainty."""
    matrix = np.array(case["verdicts"])
    for i, one in enumerate(case["self_verdicts"]):
        matrix[i, i] = one
    return matrix


def answer_stats(case):
    answer = case["answer"]
    rows = np.array(answer["distributions"])
    entropy = EntropyCalculator()({"greedy_log_probs": [rows]})
    return {
        **entropy,
        "greedy_log_probs": [rows],
        "greedy_tokens": [answer["ids"]],
        "greedy_log_likelihoods": [[rows[t][i] for t, i in enumerate(answer["ids"])]],
        "greedy_lm_log_likelihoods": [answer["unconditional"]],
        "token_similarity": [1 - np.array(answer["relevance"])],
        "p_true": [np.log(case["truth"]["true"])],
        **alternatives_stats(answer, rows),
    }


def alternatives_stats(answer, rows):
    listed, nli = [], []
    for row, emitted, others in zip(rows, answer["ids"], answer["alternatives"]):
        listed.append([(emitted, row[emitted])] + [(None, one["logprob"]) for one in others])
        matrix = [["" for _ in listed[-1]] for _ in listed[-1]]
        matrix[0][0] = "entail"
        for i, one in enumerate(others, 1):
            matrix[0][i], matrix[i][0] = SHORT[one["forward"]], SHORT[one["backward"]]
        nli.append(matrix)
    return {"greedy_tokens_alternatives": [listed], "greedy_tokens_alternatives_nli": [nli]}


def sample_stats(case):
    spoken = [case["tokens"][i] for i in case["samples"]]
    similarity = np.clip(cosines(np.array(case["embeddings"])), 0, 1)
    own = case["answer"]["text"]
    return {
        "sample_texts": [[case["texts"][i] for i in case["samples"]]],
        "sample_tokens": [[one["logprobs"] for one in spoken]],
        "sample_log_probs": [[sum(one["logprobs"]) for one in spoken]],
        "sample_log_likelihoods": [[one["logprobs"] for one in spoken]],
        "sample_token_similarity": [[1 - np.array(one["relevance"]) for one in spoken]],
        "sample_sentence_similarity": np.array([over_samples(case, similarity)]),
        "greedy_sentence_similarity": np.array([similarity[own][case["samples"]]]),
    }


def comparison_stats(case, matrix):
    verdicts = over_samples(case, matrix)
    forward = np.asarray(case["verdicts"])[case["answer"]["text"]][case["samples"]]
    stats = {
        "semantic_matrix_entail": np.array([verdicts[:, :, ENTAILMENT]]),
        "semantic_matrix_contra": np.array([verdicts[:, :, CONTRADICTION]]),
        "semantic_matrix_entail_logits": np.log([verdicts[:, :, ENTAILMENT]]),
        "semantic_matrix_contra_logits": np.log([verdicts[:, :, CONTRADICTION]]),
        "semantic_matrix_classes": np.array([np.argmax(verdicts, axis=2)]),
        "entailment_id": ENTAILMENT,
        "greedy_semantic_matrix_contra_forward": [forward[:, CONTRADICTION]],
        "greedy_semantic_matrix_neutral_forward": [forward[:, NEUTRAL]],
    }
    dependencies = {**stats, "sample_texts": [[case["texts"][i] for i in case["samples"]]]}
    return {**stats, **SemanticClassesCalculator()(dependencies, None, None)}


GRAPHS = [
    kind(*arguments)
    for kind in (EigValLaplacian, DegMat, Eccentricity)
    for arguments in (("NLI_score", "entail"), ("NLI_score", "contra"), ("Jaccard_score",))
]
ESTIMATORS = [
    MaximumSequenceProbability(),
    Perplexity(),
    MeanTokenEntropy(),
    MonteCarloSequenceEntropy(),
    MonteCarloNormalizedSequenceEntropy(),
    SemanticEntropy(),
    SemanticEntropy(use_unique_responses=True),
    SemanticEntropy(class_probability_estimation="frequency"),
    SemanticEntropy(entropy_estimation="direct"),
    LabelProb(),
    *GRAPHS,
    KernelLanguageEntropy(),
    LexicalSimilarity("rougeL"),
    LexicalSimilarity("rouge1"),
    LexicalSimilarity("rouge2"),
    NumSemSets(),
    SemanticDensity(concat_input=False),
    CocoaMSP(),
    CocoaPPL(),
    CocoaMTE(),
    TokenSAR(),
    SentenceSAR(),
    SAR(),
    ClaimConditionedProbability(),
    PTrue(),
    RenyiNeg(),
    FisherRao(),
    SelfCertainty(),
    BoostedProbSequence(),
    LUQ(),
    MeanPointwiseMutualInformation(),
    MeanConditionalPointwiseMutualInformation(),
]


def scores(case):
    """Every estimator's number by its name. What the library would do besides carries a remark in its name."""
    stats = {**answer_stats(case), **sample_stats(case), **comparison_stats(case, case["verdicts"])}
    found = {str(one): float(one(stats)[0]) for one in ESTIMATORS}
    own = {**stats, **comparison_stats(case, with_own_diagonal(case))}
    found.update({f"{one}, own diagonal": float(one(own)[0]) for one in GRAPHS if "NLI" in str(one)})
    # As its sampler has it: the end token's log-probability is in the sum, the token is not in the list.
    without_end = {**stats, "sample_tokens": [[one[:-1] for one in stats["sample_tokens"][0]]]}
    found["MonteCarloNormalizedSequenceEntropy, end token in the sum alone"] = float(
        MonteCarloNormalizedSequenceEntropy()(without_end)[0]
    )
    return found
