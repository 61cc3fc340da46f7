import { describe, expect, it } from 'vitest'
import { videoAt, videoFrames } from './video'

const youtube = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ'
const loom = '0123456789abcdef0123456789abcdef'

describe('the address of a video', () => {
  it.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&t=9s', 'YouTube', youtube],
    ['http://youtube.com/watch?v=dQw4w9WgXcQ', 'YouTube', youtube],
    ['https://youtu.be/dQw4w9WgXcQ?si=abc', 'YouTube', youtube],
    ['https://m.youtube.com/shorts/dQw4w9WgXcQ', 'YouTube', youtube],
    ['https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ', 'YouTube', youtube],
    ['HTTPS://WWW.YOUTUBE.COM:443/live/dQw4w9WgXcQ', 'YouTube', youtube],
    ['https://vimeo.com/76979871', 'Vimeo', 'https://vimeo.com/76979871'],
    ['https://vimeo.com/channels/staffpicks/76979871', 'Vimeo', 'https://vimeo.com/76979871'],
    ['https://vimeo.com/76979871/abcdef1234', 'Vimeo', 'https://vimeo.com/76979871/abcdef1234'],
    ['https://player.vimeo.com/video/76979871?h=abcdef1234', 'Vimeo', 'https://vimeo.com/76979871/abcdef1234'],
    [`https://www.loom.com/share/${loom}?sid=1`, 'Loom', `https://www.loom.com/share/${loom}`],
    [`https://www.loom.com/share/How-to-return-${loom}`, 'Loom', `https://www.loom.com/share/${loom}`],
    ['https://acme.wistia.com/medias/e4a27b971d', 'Wistia', 'https://fast.wistia.net/embed/iframe/e4a27b971d'],
    ['https://fast.wistia.net/embed/iframe/e4a27b971d', 'Wistia', 'https://fast.wistia.net/embed/iframe/e4a27b971d'],
  ])('%s', (address, provider, page) => {
    const video = videoAt(address)
    expect(video).toMatchObject({ provider, address: page })
    expect(videoFrames).toContain(new URL(video?.frame ?? '').origin)
    expect(videoAt(video?.address ?? '')).toEqual(video)
  })

  it.each([
    '',
    'youtube.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com/watch?v=dQw4w9WgXc',
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ"><script>',
    'https://www.youtube.com/watch?v=%22onload%3Dx',
    'https://www.youtube.com/redirect?q=https://evil.test&v=dQw4w9WgXcQ',
    'https://www.youtube.com/embed/../redirect?v=dQw4w9WgXcQ',
    'https://www.youtube.com.evil.test/watch?v=dQw4w9WgXcQ',
    'https://evil.test/www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://evilyoutube.com/watch?v=dQw4w9WgXcQ',
    'https://www-youtube.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com./watch?v=dQw4w9WgXcQ',
    'https://youtu.be.evil.test/dQw4w9WgXcQ',
    'https://evilwistia.com/medias/e4a27b971d',
    'https://evil.test.wistia.com.evil.test/medias/e4a27b971d',
    'https://a.b.wistia.com/medias/e4a27b971d',
    'https://wistia.com/medias/e4a27b971d',
    'https://user@www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com@evil.test/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com:x@evil.test/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com\\@evil.test/watch?v=dQw4w9WgXcQ',
    'https:\\\\evil.test/watch?v=dQw4w9WgXcQ',
    'https://www.youtub\u0435.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube\u3002com/watch?v=dQw4w9WgXcQ',
    'https://www.\uFF59outube.com/watch?v=dQw4w9WgXcQ',
    'https://www.xn--youtub-4of.com/watch?v=dQw4w9WgXcQ',
    'https://www.youtube.com/\nwatch?v=dQw4w9WgXcQ',
    ' https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'javascript://www.youtube.com/watch?v=dQw4w9WgXcQ%0Aalert(1)',
    'data:text/html,https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'ftp://www.youtube.com/watch?v=dQw4w9WgXcQ',
    '//www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://vimeo.com/76979871/../../evil',
    'https://vimeo.com/76979871;evil',
    `https://www.loom.com/share/${loom}/evil`,
    `https://www.youtube.com/watch?v=dQw4w9WgXcQ&${'x'.repeat(500)}`,
  ])('is none, or of no provider: %j', (address) => {
    expect(videoAt(address)).toBe(null)
  })
})
