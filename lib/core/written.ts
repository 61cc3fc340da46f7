import type { z } from 'zod'

/** JSON that is written already, in place of the value that it says: for an answer that goes out as JSON and nowhere else. */
export class Written<T = unknown> {
  constructor(readonly json: string) {}

  /** The value as whoever is answered reads it. */
  read(): T {
    return JSON.parse(this.json) as T
  }
}

/** The check of an answer that may be written already, which is not read again to be checked. Clients know it by the schema alone. */
export function orWritten<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, z.input<S> | Written<z.output<S>>> {
  const standard = schema['~standard']
  const validate: typeof standard.validate = (value) => (value instanceof Written ? { value: value as never } : standard.validate(value))
  return Object.create(schema, { '~standard': { value: { ...standard, validate } } })
}
