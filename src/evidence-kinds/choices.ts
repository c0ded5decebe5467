/** Evidence about the options of a multiple-choice question. */

/** The kinds of this family. */
export interface ChoicesKinds {}

/** What may be asked of the kinds of this family. */
export interface ChoicesParameters {}
