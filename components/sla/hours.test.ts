import { describe, expect, it } from 'vitest'
import type { Window } from '@/lib/calendar/schema'
import { paintHours, readHours, writeHours } from './hours'

const paint = (hours: string, from: number, to: number, isOpen: boolean) => {
  const { windows, next } = paintHours(readHours(hours) as Window[], from * 2, to * 2 - 1, isOpen)
  return [writeHours(windows), writeHours(next)]
}

describe('a stroke over a day', () => {
  it.each<[string, [string, number, number, boolean], string, string]>([
    ['opens what was closed', ['', 9, 17, true], '09:00–17:00', ''],
    ['joins what it touches', ['09:00–12:00, 13:00–17:00', 12, 13, true], '09:00–17:00', ''],
    ['closes a part and leaves the rest to the minute', ['09:15–17:45', 12, 13, false], '09:15–12:00, 13:00–17:45', ''],
    ['leaves the night that follows', ['22:00–06:00', 8, 9, true], '08:00–09:00, 22:00–06:00', ''],
    ['shortens an evening whose night goes on', ['20:00–06:00', 20, 21, false], '21:00–06:00', ''],
    ['gives the night to the next day when the evening is closed', ['22:00–06:00', 22, 24, false], '', '00:00–06:00'],
    ['gives it on when all of the day is open', ['22:00–06:00', 0, 24, true], '00:00–24:00', '00:00–06:00'],
    ['opens around the clock', ['', 0, 24, true], '00:00–24:00', ''],
  ])('%s', (_, [hours, from, to, isOpen], today, next) => {
    expect(paint(hours, from, to, isOpen)).toEqual([today, next])
  })
})
