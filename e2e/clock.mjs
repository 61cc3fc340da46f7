// Loaded before the product: its clock is ahead of the machine's by as many milliseconds as the file E2E_CLOCK says.
import { readFileSync } from 'node:fs'

const Machine = Date
let aheadMs = 0
const read = () => {
  aheadMs = Number(readFileSync(process.env.E2E_CLOCK, 'utf8'))
}
read()
setInterval(read, 100).unref()
const now = () => Machine.now() + aheadMs
globalThis.Date = new Proxy(Machine, {
  apply: () => new Machine(now()).toString(),
  construct: (_, given, made) => Reflect.construct(Machine, given.length === 0 ? [now()] : given, made),
  get: (_, name) => (name === 'now' ? now : Machine[name]),
})
