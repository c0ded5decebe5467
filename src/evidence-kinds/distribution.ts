/** Evidence from the whole next-token distribution of the answer. */

/** The kinds of this family. */
export interface DistributionKinds {}

/** What may be asked of the kinds of this family. */
export interface DistributionParameters {}
