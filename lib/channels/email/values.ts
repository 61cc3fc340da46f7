/** Whether the same becomes of it, though perhaps for another reason: whoever wrote first is known the second time. */
export const isSameResult = ({ before, after, parts }: { before: string | null; after: string; parts: string[] }): boolean =>
  before === after && parts.length === 0
