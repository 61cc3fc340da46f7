// @ts-expect-error it brings no types
import Validator from '@adobe/structured-data-validator'
// @ts-expect-error nor does what reads for it
import Extractor from '@marbec/web-auto-extractor'

interface Found {
  types: string[]
  /** What search engines would refuse or miss, and what can't be read. */
  problems: string[]
}

/** What a page tells search engines, as a validator reads it. */
export async function readStructuredData(html: string): Promise<Found> {
  const read = new Extractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] }).parse(html)
  const issues: { severity: string; rootType: string; issueMessage: string }[] = await new Validator().validate(read)
  return {
    types: Object.keys(read.jsonld ?? {}),
    problems: [
      ...read.errors.map((error: unknown) => JSON.stringify(error)),
      ...issues.map(({ severity, rootType, issueMessage }) => `${severity} ${rootType}: ${issueMessage}`),
    ],
  }
}
