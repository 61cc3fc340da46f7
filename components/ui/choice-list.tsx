'use client'

import { withinPopover } from './on-demand'

export type { Option } from './choices'

/** A list to choose from that stands within a popover: the part that this waits for, and the list. */
export const [choiceList, ChoiceList] = withinPopover(async () => (await import('./choices')).Choices)
