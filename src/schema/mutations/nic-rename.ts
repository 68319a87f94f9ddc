import type { Rename } from '../../operations/remove-nic.ts'
import { builder } from '../builder.ts'
import { Nic } from '../nic.ts'

export const NicRename = builder.objectRef<Rename>('NicRename').implement({
  description: 'A nic that the cloud calls by another id than before.',
  fields: (t) => ({
    from: t.exposeID('from', { description: 'The cloud id it had.' }),
    to: t.exposeID('to', { description: 'The cloud id it has now.' }),
    nic: t.field({ type: Nic, description: 'The nic, as it is now.', resolve: ({ nic }) => nic }),
  }),
})
