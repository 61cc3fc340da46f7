import { closeHistory } from '@tiptap/pm/history'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { type Editor, Extension } from '@tiptap/react'
import { getMatchHighlights, SearchQuery, search, setSearchState } from 'prosemirror-search'

// See docs/decisions/0057-find-and-replace.md.

/** Finds words in the text and marks them. `Mod-f` asks for the bar, where the text has the focus. */
export const findReplace = (onAsk: () => void) =>
  Extension.create({
    name: 'findReplace',
    addProseMirrorPlugins: () => [search()],
    addKeyboardShortcuts: () => ({
      'Mod-f': () => {
        onAsk()
        return true
      },
    }),
  })

/** Small and capital letters of any script are the same by regular expressions alone: with a string the places would be those of another text. */
const queryOf = (words: string, isExact: boolean) =>
  new SearchQuery({ search: words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), regexp: true, caseSensitive: isExact })

export const setQuery = (editor: Editor, words: string, isExact: boolean) =>
  editor.view.dispatch(setSearchState(editor.state.tr, queryOf(words, isExact)))

interface Match {
  from: number
  to: number
}

export const matchesIn = (state: EditorState): Match[] => getMatchHighlights(state).find()

/** Which of the matches is selected, counted from 1; 0 for none. */
export const placeOf = ({ selection }: EditorState, matches: readonly Match[]): number =>
  matches.findIndex(({ from, to }) => from === selection.from && to === selection.to) + 1

/** As one step to undo, from the end so that the places before stay. What is written in their place looks as they did. */
function replaceIn(tr: Transaction, matches: readonly Match[], text: string): Transaction {
  for (const { from, to } of matches.toReversed()) {
    const marks = tr.doc.resolve(from).marksAcross(tr.doc.resolve(to))
    if (text === '') tr.delete(from, to)
    else tr.replaceWith(from, to, tr.doc.type.schema.text(text, marks))
  }
  return closeHistory(tr)
}

export const replaceAll = ({ view, state }: Editor, text: string) => view.dispatch(replaceIn(state.tr, matchesIn(state), text))

/** Replaces the match that is selected; false where none is. */
export function replaceSelected({ view, state }: Editor, text: string): boolean {
  const matches = matchesIn(state)
  const match = matches[placeOf(state, matches) - 1]
  if (match) view.dispatch(replaceIn(state.tr, [match], text))
  return match !== undefined
}
