import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** The attack test calls every procedure by itself, so it says nothing about what someone thought to test. */
const generated = ['lib/wiring/attack.test.ts', 'lib/wiring/attack.pg.test.ts']

/** Fails a whole run in which no hand-written test made a procedure answer or an event happen. A part of the suites is not judged. */
export default class ExercisedReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest) {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]) {
    const vitest = this.#vitest
    if (!vitest || vitest.config.testNamePattern || !modules.every((module) => module.ok())) return
    const whole = await vitest.globTestSpecifications()
    const ran = new Set(modules.map((module) => `${module.project.name} ${module.moduleId}`))
    if (!whole.every(({ project, moduleId }) => ran.has(`${project.name} ${moduleId}`))) return

    const missed = unexercised(modules.map((module) => ({ file: module.relativeModuleId, exercised: module.meta().exercised })))
    if (missed.length === 0) return
    vitest.logger.error(`\nNo hand-written test exercises:\n${missed.map((name) => `  ${name}`).join('\n')}\n`)
    process.exitCode = 1
  }
}

/** What is known to any file and was done by none that a person wrote. */
export function unexercised(files: { file: string; exercised?: { done: string[]; known: string[] } }[]) {
  const known = new Set(files.flatMap(({ exercised }) => exercised?.known ?? []))
  const done = new Set(files.flatMap(({ file, exercised }) => (generated.includes(file) ? [] : (exercised?.done ?? []))))
  return [...known].filter((name) => !done.has(name)).sort()
}
