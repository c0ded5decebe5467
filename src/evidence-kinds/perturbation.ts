/** Evidence from changed questions and changed answers. */

/** The kinds of this family. */
export interface PerturbationKinds {}

/** What may be asked of the kinds of this family. */
export interface PerturbationParameters {}
