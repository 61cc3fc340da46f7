import { ImageResponse } from 'next/og'
import { readableOn } from '@/lib/core/contrast'

interface Shown {
  title: string
  workspace: string
  colour: string
  isPublic: boolean
}

/**
 * What the typeface that comes with the renderer has. For other letters it would ask a server of somebody else for one, so what is
 * written in them is left out.
 */
const drawable = /^[\u0020-\u007e\u00a0-\u017e\u2013\u2014\u2018-\u201e\u2026]*$/

/** The title of an article on the workspace's colour, 1200 by 630. */
export function articlePicture({ title, workspace, colour, isPublic }: Shown): ImageResponse {
  const [shownTitle, shownName] = [title, workspace].map((text) => (drawable.test(text) ? text : ''))
  const onColour = readableOn(colour)
  return new ImageResponse(
    <div
      style={{
        ...{ display: 'flex', flexDirection: 'column', justifyContent: 'space-between', width: '100%', height: '100%' },
        ...{ padding: 80, background: colour, color: onColour },
      }}
    >
      <div style={{ display: 'flex', fontSize: shownTitle && shownTitle.length > 80 ? 52 : 68, lineHeight: 1.2 }}>{shownTitle}</div>
      <div style={{ display: 'flex', alignItems: 'center', fontSize: 36 }}>
        <div style={{ width: 40, height: 40, marginRight: 24, borderRadius: 8, background: onColour }} />
        {shownName}
      </div>
    </div>,
    {
      ...{ width: 1200, height: 630 },
      headers: { 'cache-control': isPublic ? 'public, max-age=86400' : 'private, no-store' },
    },
  )
}
