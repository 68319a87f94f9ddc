/** Every query of the tests and of the examples. */
import { readdirSync, readFileSync } from 'node:fs'
import { type DocumentNode, getOperationAST, Kind, parse, print, type SelectionSetNode, visit } from 'graphql'
import * as documents from './generated/documents.ts'

const examples = new URL('../../examples/', import.meta.url)
export const readExample = (name: string) => readFileSync(new URL(name, examples), 'utf8')

const typename: SelectionSetNode['selections'][number] = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
}

/** The same, asking for the type of everything. */
export const withTypenames = (document: DocumentNode) =>
  visit(document, { SelectionSet: (set) => ({ ...set, selections: [...set.selections, typename] }) })

export const queries = [
  ...Object.entries<DocumentNode>(documents)
    .filter(([, document]) => getOperationAST(document)?.operation === 'query')
    // From text, which gives the locations.
    .map(([name, document]) => ({ name, document: parse(print(document)), operationName: undefined })),
  ...readdirSync(examples).flatMap((file) => {
    const document = parse(readExample(file))
    const names = document.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'query' ? definition.name?.value : [],
    )
    return names.map((operationName) => ({ name: `${operationName} of ${file}`, document, operationName }))
  }),
]
