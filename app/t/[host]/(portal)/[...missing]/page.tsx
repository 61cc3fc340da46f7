import { notFound } from 'next/navigation'
import { portalPage } from '@/app/t/portal-page'

/** Any address of a workspace that leads nowhere, so that its 404 page stands in the portal. */
export default portalPage(function Missing() {
  notFound()
})
