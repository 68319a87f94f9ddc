/** The whole schema: each noun and each mutation adds itself to the builder when imported. */
import { builder } from './builder.ts'
import './scalars.ts'
import './network.ts'
import './server.ts'
import './nic.ts'
import './networks.ts'
import './servers.ts'
import './node.ts'
import './cloud.ts'
import './errors.ts'
import './mutations/create-network.ts'
import './mutations/rename-network.ts'
import './mutations/delete-network.ts'
import './mutations/connect-server.ts'
import './mutations/disconnect-nic.ts'

export const schema = builder.toSchema()
