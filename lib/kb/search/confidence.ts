/** What is known of the best article, and of the words that were asked for. */
export interface Match {
  /** Raw scores of the whole article and of its best passage. */
  document: number
  passage: number
  /** The sum of the weights of all words asked for, and of those that stand in an article. */
  asked: number
  known: number
}

/** From here on a passage is shown as the answer. */
export const answers = 2
/** Below, what was found is no more than the nearest there is. */
export const isFound = 0.9

/**
 * How sure it is that the best article is the one asked for. Its margin to the second says nothing: several articles may well be about the
 * same.
 */
export const confidenceOf = ({ document, passage, asked, known }: Match): number =>
  asked === 0 ? 0 : ((document + passage) / asked) * (known / asked)
