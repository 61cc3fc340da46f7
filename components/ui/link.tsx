import NextLink from 'next/link'
import type { ComponentProps } from 'react'

/**
 * A link within the product. Every page is read anew when it is opened, so reading it
 * beforehand would show nothing sooner, but would count as a request of its own.
 */
export const Link = (props: ComponentProps<typeof NextLink>) => <NextLink prefetch={false} {...props} />
