import { Texts } from '@/app/texts'
import { platformOrigin } from '@/lib/tenancy/origin'
import { UnknownWorkspace } from './unknown-workspace'

export default function NotFound() {
  return (
    <Texts of={['workspacePages.unknown']}>
      <UnknownWorkspace platform={platformOrigin()} />
    </Texts>
  )
}
