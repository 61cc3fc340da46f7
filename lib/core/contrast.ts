const channel = (hex: string, at: number) => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** Relative luminance of a colour such as #0f766e (WCAG 2.2). */
const luminance = (hex: string) => 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5)

/** Black or white, whichever can be read better on the colour. */
export const readableOn = (hex: string): string => ((luminance(hex) + 0.05) / 0.05 > 1.05 / (luminance(hex) + 0.05) ? '#000000' : '#ffffff')

const ratio = (a: string, b: string) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function mix(from: string, to: string, share: number) {
  const part = (at: number) => {
    const [a, b] = [from, to].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number]
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${part(1)}${part(3)}${part(5)}`
}

/** The colour, moved towards black or white as far as text in it needs on the background (4.5 : 1). */
export function readableText(hex: string, background: string): string {
  const end = readableOn(background)
  for (let step = 0; step < 20; step++) {
    const candidate = mix(hex, end, step / 20)
    if (ratio(candidate, background) >= 4.5) return candidate
  }
  return end
}
