import { NodeSelection, Plugin } from '@tiptap/pm/state'
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, tableEditing } from '@tiptap/pm/tables'
import { type CommandProps, Extension, Mark, mergeAttributes, Node } from '@tiptap/react'
import { videoAt } from '@/lib/kb/articles/video'

// What an article has beside what mail knows: whatever the server keeps, the editor keeps as well.

const cellAttributes = {
  colspan: { default: 1, parseHTML: (cell: HTMLElement) => Number(cell.getAttribute('colspan')) || 1 },
  rowspan: { default: 1, parseHTML: (cell: HTMLElement) => Number(cell.getAttribute('rowspan')) || 1 },
  colwidth: { default: null, rendered: false },
}

const cell = (name: string, tag: 'td' | 'th') =>
  Node.create({
    name,
    content: 'block+',
    isolating: true,
    addAttributes: () => cellAttributes,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    extendNodeSchema: (extension) => (extension.name === name ? { tableRole: tag === 'td' ? 'cell' : 'header_cell' } : {}),
  })

const row = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)*',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: ({ HTMLAttributes }) => ['tr', HTMLAttributes, 0],
  extendNodeSchema: (extension) => (extension.name === 'tableRow' ? { tableRole: 'row' } : {}),
})

const newTable = { rows: 3, columns: 3 }

const table = Node.create({
  name: 'table',
  content: 'tableRow+',
  group: 'block',
  isolating: true,
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: ({ HTMLAttributes }) => ['table', HTMLAttributes, ['tbody', 0]],
  extendNodeSchema: (extension) => (extension.name === 'table' ? { tableRole: 'table' } : {}),
  addProseMirrorPlugins: () => [tableEditing()],
  addKeyboardShortcuts() {
    const go = (way: 1 | -1) => () =>
      this.editor.isActive('table') && this.editor.commands.command(({ state, dispatch }) => goToNextCell(way)(state, dispatch))
    return { Tab: go(1), 'Shift-Tab': go(-1) }
  },
})

/** A table whose first row is its head. */
export const insertTable = ({ commands }: Pick<CommandProps, 'commands'>) => {
  const cells = (type: string) => Array.from({ length: newTable.columns }, () => ({ type, content: [{ type: 'paragraph' }] }))
  const rows = Array.from({ length: newTable.rows }, (_, at) => ({
    type: 'tableRow',
    content: cells(at === 0 ? 'tableHeader' : 'tableCell'),
  }))
  return commands.insertContent({ type: 'table', content: rows })
}

export const tableChanges = { addRowAfter, addColumnAfter, deleteRow, deleteColumn, deleteTable }

export const callouts = ['info', 'tip', 'warning', 'danger'] as const

const callout = Node.create({
  name: 'callout',
  content: 'block+',
  group: 'block',
  defining: true,
  addAttributes: () => ({
    kind: {
      default: 'info',
      parseHTML: (element: HTMLElement) => element.getAttribute('data-callout'),
      renderHTML: ({ kind }: { kind?: string }) => ({ 'data-callout': kind }),
    },
  }),
  parseHTML: () => [{ tag: 'div[data-callout]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', HTMLAttributes, 0],
})

const picture = Node.create({
  name: 'picture',
  group: 'inline',
  inline: true,
  draggable: true,
  addAttributes: () => ({ src: {}, alt: { default: '' }, width: { default: null }, height: { default: null } }),
  parseHTML: () => [{ tag: 'img[src]' }],
  renderHTML: ({ HTMLAttributes }) => ['img', mergeAttributes(HTMLAttributes)],
})

/** A paragraph that is nothing but the link to a video. */
function videoIn(paragraph: HTMLElement) {
  const [link, ...others] = paragraph.childNodes
  if (others.length > 0 || !(link instanceof HTMLAnchorElement) || !link.hasAttribute('data-video')) return null
  const found = videoAt(link.href)
  return found && { href: found.address, title: link.textContent }
}

/** Without a title it is stored as the link that it is. */
const video = Node.create({
  name: 'video',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes: () => ({ href: { default: '' }, title: { default: '' } }),
  parseHTML: () => [{ tag: 'p', priority: 60, getAttrs: (paragraph) => videoIn(paragraph) ?? false }],
  renderHTML({ node }) {
    const { href, title } = node.attrs as { href: string; title: string }
    const link = title.trim()
      ? ['a', { href, 'data-video': videoAt(href)?.provider ?? '', tabindex: '-1' }, title]
      : ['a', { href, tabindex: '-1' }, href]
    return ['p', { class: 'video' }, link]
  },
  renderText: ({ node }) => String(node.attrs.title),
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        // One that is selected while the text has no focus loses the selection to the browser by the first click.
        handleClickOn(view, _, clicked, place) {
          if (clicked.type.name !== 'video') return false
          view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, place)))
          view.focus()
          return true
        },
      },
    }),
  ],
})

const mark = (name: string, tag: string) =>
  Mark.create({ name, parseHTML: () => [{ tag }], renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0] })

/** Headings keep their anchors, and texts their direction and language. */
const kept = Extension.create({
  name: 'keptAttributes',
  addGlobalAttributes: () => [
    { types: ['heading'], attributes: { id: { default: null } } },
    {
      types: ['paragraph', 'heading', 'blockquote', 'bulletList', 'orderedList', 'listItem', 'table', 'callout'],
      attributes: { dir: { default: null }, lang: { default: null } },
    },
  ],
})

export const articleNodes = [
  ...[table, row, cell('tableCell', 'td'), cell('tableHeader', 'th'), callout, picture, video],
  ...[mark('subscript', 'sub'), mark('superscript', 'sup'), kept],
]
