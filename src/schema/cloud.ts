import type { CloudInfo } from '../cloud/cloud.ts'
import { builder } from './builder.ts'

const Cloud = builder.objectRef<CloudInfo>('Cloud')

Cloud.implement({
  description: 'The cloud behind this gateway.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The host it is reached at, or "embedded".' }),
    dialect: t.exposeString('dialect', { description: 'Which API it speaks: "cyclades".' }),
    embedded: t.exposeBoolean('embedded', {
      description: "Whether it lives in the gateway's own process, in memory, for trying things out.",
    }),
  }),
})

builder.queryField('cloud', (t) =>
  t.field({
    type: Cloud,
    description: 'Which cloud answers, and what it can do. Needs no token and asks the cloud nothing.',
    resolve: (_root, _args, { info }) => info,
  }),
)
