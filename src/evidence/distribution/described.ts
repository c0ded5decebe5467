import type { DescribedToken, Token } from '../../scorer.js'
import { Missing } from '../missing.js'

/** The tokens, known to carry whole distributions. Throws `Missing` when the model's server tells none. */
export function described(tokens: readonly Token[]): readonly DescribedToken[] {
  const known = tokens.filter((token): token is DescribedToken => token.distribution !== undefined)
  if (known.length === tokens.length) return known
  throw new Missing(
    'skipped',
    'needs_full_distribution',
    'This model does not tell statistics of its whole vocabulary; name the embedded model.'
  )
}
