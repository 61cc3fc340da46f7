import { Texts } from '@/app/texts'
import { UnknownWorkspace } from './unknown-workspace'

export default function NotFound() {
  return (
    <Texts of={['workspacePages.unknown']}>
      <UnknownWorkspace />
    </Texts>
  )
}
