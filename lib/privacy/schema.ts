import { z } from 'zod'
import { instant } from '../core/page'
import { deletionKinds } from '../deletion/schema'

/** Something that was deleted and can be restored. */
export const deletionOutput = z.object({
  kind: z.enum(deletionKinds),
  id: z.uuid(),
  name: z.string(),
  deletedAt: instant,
  /** Null where no person did it. */
  deletedBy: z.string().nullable(),
  /** When it is deleted permanently; null while the workspace keeps what was deleted. */
  goneAt: instant.nullable(),
})
export type DeletionOutput = z.output<typeof deletionOutput>
