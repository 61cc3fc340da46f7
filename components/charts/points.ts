export interface Series {
  key: string
  name: string
  colour: 'success' | 'danger' | 'accent' | 'muted' | 'warning'
}

export interface Point {
  /** Short, below its bar. */
  name: string
  /** In full, where it is read by itself. */
  label?: string
  values: Record<string, number>
  /** Where the counted things are. */
  href?: string
}
