import { defineScorer, Unscorable, type VariationKind, type Variations } from '../src/scorer.js'
import {
  cosineDistances,
  lexicalDistances,
  variationRatio,
  variationRatioToFirst,
  type Distances
} from '../src/math/variation.js'

type Form = 'vr' | 'vro'

function distancesOf({ answer, variants, similarity }: Variations): Distances {
  if (similarity !== null) return cosineDistances(similarity)
  return lexicalDistances([answer, ...variants.map(({ text }) => text)])
}

function check(variants: number, form: Form): void {
  if (variants === 0) throw new Unscorable('needs_variants', 'There is no other answer to compare with.')
  if (form === 'vr' && variants === 1) {
    throw new Unscorable(
      'needs_two_samples',
      'One other answer differs from no other; ask for more, or take form "vro".'
    )
  }
}

/** Without the answer, at place 0. */
function among(distances: Distances): Distances {
  return distances.slice(1).map((row) => row.slice(1))
}

/**
 * Mean distance of several answers from each other (`vr`) or from the answer under test (`vro`). They are drawn (`sample`),
 * or follow when one token is replaced by its next-best alternatives: where the model was least sure (`max_ent`), most
 * sure (`min_ent`), or became unsure (`max_diff`). Eight of the paper's twelve measures; the other four are means and
 * maxima of token likelihood and entropy. The paper leaves open how the rest is decoded: here greedily. A replaced token
 * tells less than drawn answers do when answers are short: another token there is another answer, however sure the model.
 */
export default defineScorer({
  name: 'perturbation_variation',
  summary: 'How much answers vary when they are drawn again or when one token of the answer is replaced.',
  reference: 'Huang et al. 2023, arXiv 2307.10236',
  needs: ['variations'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0, embeddings: 11 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      kind: {
        type: 'string',
        enum: ['sample', 'max_ent', 'min_ent', 'max_diff'],
        default: 'sample',
        description: 'Drawn answers, or the token with the highest entropy, the lowest, or the largest rise replaced.'
      },
      form: {
        type: 'string',
        enum: ['vr', 'vro'],
        default: 'vro',
        description: 'vr: distance from each other; vro: distance from the answer under test.'
      },
      distance: {
        type: 'string',
        enum: ['embedding', 'lexical'],
        default: 'embedding',
        description: 'One minus the cosine of sentence embeddings, or one minus ROUGE-L.'
      },
      alternatives: { type: 'integer', minimum: 1, maximum: 10, default: 5, description: 'Replacements of the token.' }
    }
  },
  parameters: ({ kind, alternatives, distance }) => ({
    variations: { kind: kind as VariationKind, count: alternatives as number, embed: distance === 'embedding' }
  }),
  score({ variations }, options) {
    const { variants, position, kind } = variations
    const form = options.form as Form
    check(variants.length, form)
    const distances = distancesOf(variations)
    const vr = variants.length < 2 ? null : variationRatio(among(distances))
    const vro = variationRatioToFirst(distances)
    return {
      value: form === 'vr' ? vr! : vro,
      detail: {
        kind,
        vr,
        vro,
        variants: variants.length,
        distinct: new Set(variants.map(({ text }) => text)).size,
        ...(position === null
          ? {}
          : {
              token: position.index,
              token_text: position.text,
              entropy: position.entropy,
              fell_back_to_max_ent: position.fellBack,
              replacements: variants.map(({ replacement, text }) => ({ token: replacement, answer: text }))
            })
      }
    }
  }
})
