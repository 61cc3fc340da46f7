export interface Series {
  key: string
  name: string
  colour: 'success' | 'danger' | 'accent' | 'muted' | 'warning'
  /** The table alone has it. */
  isInTable?: boolean
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
