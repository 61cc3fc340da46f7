/** What is known of the best article, and of the words that were asked for. */
export interface Match {
  /** Raw scores of the whole article and of its best passage. */
  document: number
  passage: number
  /** The sum of the weights of all words asked for, and of those that stand in an article. */
  asked: number
  known: number
}

/** From here on a passage may be shown as the answer. */
const answers = 2
/** How much of what was asked must stand in it or above it, and how far it must be from the next article. */
const leastCovered = 0.8
const leastAhead = 0.25
/** Below, what was found is no more than the nearest there is. */
export const isFound = 0.9

/** How sure it is that the best article is the one asked for. */
export const confidenceOf = ({ document, passage, asked, known }: Match): number =>
  asked === 0 ? 0 : ((document + passage) / asked) * (known / asked)

export interface Answering {
  confidence: number
  /** The share of what was asked that stands in the passage, or above it. */
  coverage: number
  /** The raw score of the title. */
  inTitle: number
  /** Deviations above the mean of the best article and of the next. */
  score: number
  next: number
}

/** Whether the best passage is to be shown as the answer. A wrong one costs more than one that is only listed first. */
export const isAnswer = ({ confidence, coverage, inTitle, score, next }: Answering): boolean =>
  confidence >= answers && coverage >= leastCovered && inTitle > 0 && score - next >= leastAhead * score
