/** What is wrong with the parts of a field, by their own names: of `emails.1`, under `emails`, it is `1`. */
export const errorsUnder = (fields: Record<string, string[]> | undefined, name: string): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([path, says]) => (path.startsWith(`${name}.`) ? [[path.slice(name.length + 1), says]] : [])),
  )
