// Tailwind's classes for left and right: they stay where they are on a page that is read from right to left.
const physical =
  /(?<![\w-])(?:[\w-]+:)*-?(?:(?:m|p|scroll-m|scroll-p)[lr]-(?:[\d[]|px|auto)|(?:left|right)-(?:[\d[]|px|auto|full)|(?:border|rounded)-[lr]\b|rounded-[tb][lr]\b|(?:text|float|clear)-(?:left|right)\b)[\w./%()\]-]*/g

/** Physical classes in a source file, with their lines. */
export const physicalClassesIn = (source: string): { line: number; text: string }[] =>
  source.split('\n').flatMap((text, at) => [...text.matchAll(physical)].map(([found]) => ({ line: at + 1, text: found })))
