import { z } from 'zod'
import { roles } from '../actor/permissions'
import { supportAddress } from '../mail/addresses'
import { publicProcedure } from '../procedure/builders'
import { addressOfPicture } from '../workspace/picture'
import { portalPatterns } from '../workspace/values'

/** Who is looking, for any page: the workspace's face, and the person when there is one. */
export const getViewer = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/viewer', tags: ['Public'], summary: "Read the workspace's name and look, and who is signed in" })
  .output(
    z.object({
      desk: z.object({
        id: z.uuid(),
        name: z.string(),
        accent: z.string(),
        portalTitle: z.string().nullable(),
        supportUrl: z.string().nullable(),
        /** Where this host hands out the workspace's logo and favicon. */
        logo: z.string().nullable(),
        favicon: z.string().nullable(),
        /** What stands behind the head of the portal's start page. */
        portalPattern: z.enum(portalPatterns),
        portalPhoto: z.string().nullable(),
        allowSignUp: z.boolean(),
        locale: z.string(),
        timeZone: z.string(),
        mail: z.string(),
        /** How long a change of one's own can be undone. */
        undoSeconds: z.number().int(),
      }),
      person: z
        .object({
          id: z.uuid(),
          name: z.string(),
          email: z.string(),
          role: z.enum(roles),
          locale: z.string().nullable(),
          timeZone: z.string(),
          permissions: z.array(z.string()),
          departmentCount: z.number().int(),
          /** They came by the link in a mail, which opens this one ticket. */
          onlyTicketId: z.uuid().nullable(),
          /** They see what others of their organisation asked. */
          sharesRequests: z.boolean(),
        })
        .nullable(),
    }),
  )
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const desk = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
    const person =
      actor.kind === 'person'
        ? {
            ...actor,
            permissions: [...actor.permissions],
            departmentCount: actor.departmentIds.length,
            sharesRequests: actor.sharedOrganisationId !== null,
          }
        : null
    const [logo, favicon] = [addressOfPicture('logo', desk.logoUrl), addressOfPicture('favicon', desk.faviconUrl)]
    const portalPhoto = addressOfPicture('photo', desk.portalPhotoUrl)
    const portalPattern = portalPatterns.find((name) => name === desk.portalPattern) ?? 'none'
    return { desk: { ...desk, logo, favicon, portalPhoto, portalPattern, id: tenant.ref.id, mail: supportAddress(tenant.ref) }, person }
  })
