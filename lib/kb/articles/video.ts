export interface Video {
  provider: string
  /** Its page, for whoever opens it as a link. */
  address: string
  /** What a frame shows, once a reader has asked for it. */
  frame: string
}

interface Provider {
  name: string
  isHost: (host: string) => boolean
  /** Where its frames come from. */
  frames: string
  /** What an address of it shows: made anew of nothing but the video's own name. */
  read: (url: URL) => Omit<Video, 'provider'> | null
}

const oneOf =
  (...hosts: string[]) =>
  (host: string) =>
    hosts.includes(host)

const part = (pathname: string, pattern: RegExp) => pattern.exec(pathname)?.[1] ?? ''

/** Where videos in articles may come from, see docs/decisions/0056-a-video-is-a-link-until-it-is-played.md: the sanitizer, the editor, the help centre and the policy of its pages all ask this list. */
const providers: Provider[] = [
  {
    name: 'YouTube', // not-words: a name
    isHost: oneOf('www.youtube.com', 'youtube.com', 'm.youtube.com', 'youtu.be', 'www.youtube-nocookie.com'),
    frames: 'https://www.youtube-nocookie.com',
    read({ hostname, pathname, searchParams }) {
      const path = hostname === 'youtu.be' ? /^\/([\w-]{11})\/?$/ : /^\/(?:embed|shorts|live)\/([\w-]{11})\/?$/
      const id = hostname !== 'youtu.be' && pathname === '/watch' ? (searchParams.get('v') ?? '') : part(pathname, path)
      if (!/^[\w-]{11}$/.test(id)) return null
      return { address: `https://www.youtube.com/watch?v=${id}`, frame: `https://www.youtube-nocookie.com/embed/${id}?autoplay=1` }
    },
  },
  {
    name: 'Vimeo', // not-words: a name
    isHost: oneOf('vimeo.com', 'www.vimeo.com', 'player.vimeo.com'),
    frames: 'https://player.vimeo.com',
    read({ pathname, searchParams }) {
      const [, id, named] = /^\/(?:video\/|channels\/[\w-]+\/)?(\d{1,12})(?:\/([0-9a-f]{6,20}))?\/?$/.exec(pathname) ?? []
      if (!id) return null
      // What is not listed has a key beside its number.
      const key = named ?? searchParams.get('h') ?? ''
      const known = /^[0-9a-f]{6,20}$/.test(key) ? key : null
      return {
        address: `https://vimeo.com/${id}${known ? `/${known}` : ''}`,
        frame: `https://player.vimeo.com/video/${id}?${known ? `h=${known}&` : ''}dnt=1&autoplay=1`,
      }
    },
  },
  {
    name: 'Loom', // not-words: a name
    isHost: oneOf('www.loom.com', 'loom.com'),
    frames: 'https://www.loom.com',
    read({ pathname }) {
      const id = part(pathname, /^\/(?:share|embed)\/(?:[\w-]*-)?([0-9a-f]{32})\/?$/)
      return id ? { address: `https://www.loom.com/share/${id}`, frame: `https://www.loom.com/embed/${id}?autoplay=1` } : null
    },
  },
  {
    name: 'Wistia', // not-words: a name
    isHost: (host) => host === 'fast.wistia.net' || /^[a-z0-9][a-z0-9-]*\.wistia\.com$/.test(host),
    frames: 'https://fast.wistia.net',
    read({ pathname }) {
      const id = part(pathname, /^\/(?:medias|embed\/iframe|embed\/medias)\/([a-z0-9]{10})\/?$/)
      const frame = `https://fast.wistia.net/embed/iframe/${id}`
      return id ? { address: frame, frame: `${frame}?doNotTrack=true&autoPlay=true` } : null
    },
  },
]

export const videoProviders = providers.map(({ name }) => name)

/** Origins of which a page may show frames. */
export const videoFrames = providers.map(({ frames }) => frames)

const longestAddress = 500

/**
 * The video that an address names, where it is one of a provider on the list. What it gives is made of the video's own name alone: nothing
 * else of the address comes along.
 */
export function videoAt(address: string): Video | null {
  // Parsers of addresses drop some letters and turn others into those of a host: only plain ones are read.
  if (address.length > longestAddress || /[^\x21-\x7e]|[\\@]/.test(address) || !URL.canParse(address)) return null
  const url = new URL(address)
  if (!/^https?:$/.test(url.protocol) || url.port !== '' || url.username !== '' || url.password !== '') return null
  const provider = providers.find(({ isHost }) => isHost(url.hostname))
  const found = provider?.read(url)
  return provider && found ? { provider: provider.name, ...found } : null
}
