/** The documents at and above the base URL. */
import { type Answer, type Call, ok } from './call.ts'

export function listVersions({ links }: Call): Answer {
  return ok({ versions: [version(links.root)] })
}

export function getVersion({ links }: Call): Answer {
  return ok({ version: version(links.root) })
}

const version = (root: string) => ({
  id: 'v2.0',
  status: 'CURRENT',
  updated: '2011-01-21T11:33:21-06:00',
  links: [{ rel: 'self', href: `${root}/compute/v2.0/` }],
})

/** There are none, whatever the alias. */
export const listExtensions = (): Answer => ok({ extensions: [] })
export const getExtension = (): Answer => ({ status: 404 })
