import { readFileSync } from 'node:fs'
import type { GraphiQLOptions } from 'graphql-yoga'

/** Read by people and by tests too, hence a file of its own. */
const tutorial = new URL('../../examples/tutorial.graphql', import.meta.url)
const explore = new URL('../../examples/explore.graphql', import.meta.url)

/**
 * GraphiQL opens with the tutorial as operations to run one by one. Where the gateway has no token of its own, the header
 * editor has a place for the caller's, which every request then carries.
 */
export function graphiqlOptions({ askForToken }: { askForToken: boolean }): GraphiQLOptions {
  const headers = JSON.stringify(askForToken ? { 'X-Auth-Token': '' } : {}, null, 2)
  return {
    title: 'cloudnet-graphql',
    defaultTabs: [tutorial, explore].map((file) => ({ query: readFileSync(file, 'utf8'), headers })),
    defaultHeaders: headers,
    defaultEditorToolsVisibility: askForToken ? 'headers' : false,
    schemaDescription: true,
    // A token would stay behind in the browser's storage.
    shouldPersistHeaders: false,
  }
}

/** The page with all its code in it: clouds are often behind a closed network. 9 MB, so loaded when first asked for. */
export async function renderGraphiQL(options?: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql')
  return page.renderGraphiQL(options)
}
