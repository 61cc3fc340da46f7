/**
 * Options of Node for a process that serves or works in the background: what it needs of heap, and hardly more. Without them it
 * keeps garbage for as long as the machine has memory.
 * @param chosen options that an operator set (`NODE_OPTIONS`), which go first
 */
export const heapLimits = (chosen = ''): string[] =>
  ['--max-old-space-size=640', '--max-semi-space-size=32'].filter((option) => !chosen.includes(option.split('=')[0] as string))
