'use client'

import { useEffect } from 'react'
import { videoAt } from '@/lib/kb/articles/video'

/** Plays the videos of an article in their place when they are asked for; until then nothing comes from where they are. */
export function Videos() {
  useEffect(() => {
    const play = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>('p.video > a[data-video]')
      const video = link ? videoAt(link.href) : null
      if (!link || !video) return
      event.preventDefault()
      const frame = document.createElement('iframe')
      frame.title = link.textContent
      frame.allow = 'autoplay; encrypted-media; fullscreen; picture-in-picture'
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-presentation')
      // A provider that is told of no page shows no video.
      frame.referrerPolicy = 'strict-origin-when-cross-origin'
      frame.src = video.frame
      link.before(frame)
      link.parentElement?.classList.add('is-playing')
      frame.focus()
    }
    document.addEventListener('click', play)
    return () => document.removeEventListener('click', play)
  }, [])
  return null
}
