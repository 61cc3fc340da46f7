import { SingleBar } from 'cli-progress'

export const print = (value: unknown, asJson: boolean | undefined, text: string) => console.log(asJson ? JSON.stringify(value) : text)

export function progress(title: string) {
  const bar = new SingleBar({ format: `${title} {bar} {value}/{total}`, hideCursor: true, noTTYOutput: true, notTTYSchedule: 5000 })
  let total = 0
  return {
    step(done: number, of: number) {
      if (total === 0) bar.start(of, 0)
      total = of
      bar.update(done)
      if (done === of) {
        bar.stop()
        total = 0
      }
    },
  }
}
