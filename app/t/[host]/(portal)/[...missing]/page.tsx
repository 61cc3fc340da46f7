import { notFound } from 'next/navigation'

/** Any address of a workspace that leads nowhere, so that its 404 page stands in the portal. */
export default function Missing(): never {
  notFound()
}
