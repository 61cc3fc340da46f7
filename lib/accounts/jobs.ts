import { z } from 'zod'
import { fileStorage } from '../files/storage'
import { defineJob } from '../jobs/define'
import { avatarFolder } from './avatar-file'

/** Removes the pictures of people who were erased; as a job, so that a crash after the commit leaves none behind. */
export const removeAvatarsJob = defineJob({
  id: 'people.remove-avatars',
  title: 'deleteFiles',
  input: z.object({ personIds: z.array(z.string()) }),
  priority: 'low',
  async run({ tenant, input: { personIds } }) {
    for (const id of tenant ? personIds : []) await fileStorage().removeFolder(avatarFolder(tenant?.ref.id ?? '', id))
  },
})
