import { escapeHtml } from '../core/plain'
import { openApiDocument } from './rest'

interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema: object }> }>
}

let page: Promise<string> | undefined

/** The API's reference as a page of its own: no scripts, nothing loaded from elsewhere. Made once. */
export function renderReference(): Promise<string> {
  page ??= render()
  return page
}

async function render(): Promise<string> {
  const document = (await openApiDocument()) as { info: { description: string }; paths: Record<string, Record<string, Operation>> }
  const byTag = new Map<string, string[]>()
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? 'Other'
      byTag.set(tag, [...(byTag.get(tag) ?? []), renderOperation(method, path, operation)])
    }
  const tags = [...byTag].sort(([a], [b]) => a.localeCompare(b))
  const anchor = (tag: string) => tag.toLowerCase().replace(/\W+/g, '-')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Baraza API</title><style>${css}</style></head><body>
<nav aria-label="Sections">${tags.map(([tag]) => `<a href="#${anchor(tag)}">${escapeHtml(tag)}</a>`).join('')}</nav>
<main><h1>Baraza API</h1><p>${escapeHtml(document.info.description)} The description for machines is <a href="/api/v1/openapi.json">openapi.json</a>.</p>
${tags.map(([tag, operations]) => `<section id="${anchor(tag)}"><h2>${escapeHtml(tag)}</h2>${operations.join('')}</section>`).join('')}
</main></body></html>`
}

function renderOperation(method: string, path: string, { summary = '', parameters = [], requestBody, responses = {} }: Operation): string {
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td><code>${json(schema)}</code></td></tr>`,
  )
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const [status, success] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? []
  const answer = Object.values(success?.content ?? {})[0]?.schema
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>/api/v1${escapeHtml(path)}</code> <span>${escapeHtml(summary)}</span></summary>
${rows.length ? `<h3>Parameters</h3><table>${rows.join('')}</table>` : ''}
${body ? `<h3>Body</h3><pre tabindex="0">${json(body, 2)}</pre>` : ''}
${answer ? `<h3>Answer ${status}</h3><pre tabindex="0">${json(answer, 2)}</pre>` : ''}
<p>Errors: ${Object.keys(responses)
    .filter((code) => !code.startsWith('2'))
    .join(', ')}</p></details>`
}

const json = (value: unknown, indent = 0) => escapeHtml(JSON.stringify(value ?? {}, null, indent))

const css = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:0;display:flex;gap:2rem}
nav{position:sticky;top:0;height:100vh;padding:1.5rem;display:flex;flex-direction:column;gap:.4rem;border-right:1px solid #8884;min-width:9rem;overflow:auto}
nav a{color:inherit;text-decoration:none}nav a:hover,nav a:focus{text-decoration:underline}main{max-width:60rem;padding:1rem 1.5rem;min-width:0;flex:1}
details{border:1px solid #8884;border-radius:6px;margin:.4rem 0;padding:.5rem .8rem}summary{cursor:pointer}summary span{opacity:.75}
b{display:inline-block;min-width:4.2em;font-size:12px}pre{overflow:auto;background:#8881;padding:.7rem;border-radius:6px;max-height:24rem}
table{border-collapse:collapse}td{padding:.15rem .8rem .15rem 0;vertical-align:top}h3{font-size:13px;margin:.8rem 0 .2rem}
@media(max-width:640px){body{display:block}nav{position:static;height:auto;flex-direction:row;flex-wrap:wrap;border:0}}`
