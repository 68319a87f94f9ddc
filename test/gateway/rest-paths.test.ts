import {
  type GraphQLArgument,
  GraphQLID,
  type GraphQLInputField,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  OperationTypeNode,
} from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../src/schema/index.ts'
import { startGateway } from '../support/gateway.ts'

const hostile = [
  '../servers/1',
  '..',
  '4/action',
  '4/../../servers/1',
  '4%2f..',
  '4%2Faction',
  '4?x=1',
  '4#x',
  '4;x',
  '4\\..\\5',
  '4\r\nX-Auth-Token: other',
  '٤',
  '４',
  '4\u200b',
  '1'.repeat(3000),
  'Network:../servers/1',
  'Network:4/action',
  'Server:141/action',
  'nic-141/action-1',
  'nic-141-1/../..',
  'nic-../4-1',
  'Nic:../../servers',
  'Nic:aa:00:00:23:0d:59/..',
  '__proto__',
  'constructor',
]

/** Every path that the gateway has a use for. */
const KNOWN = /^\/(networks|servers)(\/detail|\/\d{1,15}(\/action|\/ips)?)?(\?changes-since=[\w%:.+-]+)?$/

const isListed = ({ type }: GraphQLArgument | GraphQLInputField) => String(type).includes('[')

/** Every place of an id in this argument, as GraphQL text with $id in it; what else is required is filled in. */
function placesOf(argument: GraphQLArgument | GraphQLInputField): string[] {
  const type = getNamedType(argument.type)
  const inList = (text: string) => (isListed(argument) ? `[${text}]` : text)
  if (type === GraphQLID) return [`${argument.name}: ${inList('$id')}`]
  if (!isInputObjectType(type)) return []
  const fields = Object.values(type.getFields())
  return fields.flatMap((field) =>
    placesOf(field).map((place) => {
      const others = fields.filter((other) => other !== field && isNonNullType(other.type)).map(filled)
      return `${argument.name}: ${inList(`{ ${[place, ...others].join(', ')} }`)}`
    }),
  )
}

function filled({ name, type }: GraphQLArgument | GraphQLInputField): string {
  const named = getNamedType(type)
  if (named === GraphQLID) return `${name}: "3"`
  return `${name}: ${'getValues' in named ? named.getValues()[0]?.name : '"n"'}`
}

const places = Object.values(OperationTypeNode).flatMap((operation) =>
  Object.values(schema.getRootType(operation)?.getFields() ?? {}).flatMap((field) =>
    field.args.flatMap((argument) => {
      const others = field.args.filter((other) => other !== argument && isNonNullType(other.type)).map(filled)
      return placesOf(argument).map((place) => ({ operation, text: `${field.name}(${[place, ...others].join(', ')})` }))
    }),
  ),
)

it.each(places)('no id in $operation $text reaches another REST path', async ({ operation, text }) => {
  await using gateway = await startGateway({ cloud: { seed: { networks: 5, servers: 5, nicsPerServer: 1 } } })
  const good = operation === 'subscription' ? [] : ['3', 'Server:3', 'Network:3', 'nic-3-0']
  for (const id of [...hostile, ...good]) {
    await gateway.run(`${operation} Q($id: ID!) { ${text} { __typename } }`, { id })
  }
  const paths = gateway.cloud.requests.map(({ path }) => path)
  expect(paths.filter((path) => !KNOWN.test(path))).toEqual([])
})
