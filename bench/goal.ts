/** A figure and what it must be, as `npm run bench` gathers it. */
export interface Goal {
  what: string
  figure: number
  limit: number
  /** True where more is better. */
  isLeast?: boolean
  unit?: string
}

const mark = 'goal: '

/** Prints a figure with its goal; a part of the benchmark run on its own shows it, the whole gathers it. */
export function sayGoal(goal: Goal) {
  console.log(mark + JSON.stringify(goal))
}

export const isMet = ({ figure, limit, isLeast }: Goal) => (isLeast ? figure >= limit : figure <= limit)

export const goalIn = (line: string): Goal | null => (line.startsWith(mark) ? (JSON.parse(line.slice(mark.length)) as Goal) : null)

const digits = (n: number | null) => (n === null ? '-' : Math.abs(n) < 10 ? n.toFixed(2) : n.toFixed(0))

export function tableOf(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => {
    const { what, figure, limit, isLeast, unit = '' } = goal
    return `| ${what} | ${digits(figure)} ${unit} | ${isLeast ? '≥' : '≤'} ${digits(limit)} ${unit} | ${isMet(goal) ? 'met' : '**missed**'} |`
  })
  return ['| what | measured | goal | |', '|---|---|---|---|', ...rows].join('\n')
}
