/** Flavors: what a server can be made of. Read only; the same for everybody. */
import { type Answer, type Call, ok } from './call.ts'
import type { FlavorRow } from './db.ts'
import { itemNotFound } from './faults.ts'
import type { Links } from './links.ts'

export function listFlavors({ db, links }: Call): Answer {
  return ok({ flavors: listed(db.flavors).map((row) => wireSummary(row, links)) })
}

export function listFlavorsInDetail({ db, links }: Call): Answer {
  return ok({ flavors: listed(db.flavors).map((row) => wireFlavor(row, links)) })
}

/** A deleted flavor is not listed but can be read: servers may have it still. */
export function getFlavor({ db, links, params }: Call): Answer {
  const flavor = db.flavors.get(Number(params.id))
  if (!flavor) throw itemNotFound('Flavor not found.')
  return ok({ flavor: wireFlavor(flavor, links) })
}

const listed = (flavors: ReadonlyMap<number, FlavorRow>): FlavorRow[] =>
  [...flavors.values()].filter(({ deleted }) => !deleted).sort((a, b) => a.id - b.id)

const wireSummary = (row: FlavorRow, links: Links) => ({
  id: row.id,
  name: `C${row.vcpus}R${row.ramMiB}D${row.diskGiB}${row.diskTemplate}`,
  links: links.to('flavors', row.id),
})

const wireFlavor = (row: FlavorRow, links: Links) => ({
  ...wireSummary(row, links),
  ram: row.ramMiB,
  disk: row.diskGiB,
  vcpus: row.vcpus,
  'SNF:disk_template': row.diskTemplate,
})
