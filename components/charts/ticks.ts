const fewest = 4

/** Whole numbers from 0 to at least `most`, evenly apart, as many as can be read beside a chart. */
export function ticksUpTo(most: number): number[] {
  const apart = Math.max(most, 1) / fewest
  const power = 10 ** Math.floor(Math.log10(apart))
  const step = Math.max(1, ([1, 2, 5].find((times) => times * power >= apart) ?? 10) * power)
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, n) => n * step)
}
