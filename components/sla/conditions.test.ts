import { describe, expect, it } from 'vitest'
import { readValues, writeValues } from './conditions'

describe('Typed values', () => {
  it.each([
    ['a, b', ['a', 'b']],
    ['"Acme, Inc.", Other', ['Acme, Inc.', 'Other']],
    ['"Say ""hi"""', ['Say "hi"']],
    [' , a ,, ', ['a']],
    ['', []],
  ])('%s', (text, values) => {
    expect(readValues(text)).toEqual(values)
    expect(readValues(writeValues(values))).toEqual(values)
  })
})
