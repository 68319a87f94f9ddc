import { readFileSync } from 'node:fs'
import type { GraphiQLOptions } from 'graphql-yoga'
import { packageFile } from '../package-files.ts'

/** Read by people and by tests too, hence a file of its own. */
const tutorial = packageFile('examples/tutorial.graphql')
const explore = packageFile('examples/explore.graphql')

/**
 * GraphiQL opens with the tutorial as operations to run one by one. Where the gateway has no token of its own, the header
 * editor has a place for the caller's, which every request then carries.
 *
 * The tabs are for a browser's first visit: from then on it keeps its own in its storage, with what was edited, so a newer
 * tutorial shows only after "Clear data" in GraphiQL's settings.
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
  const { renderGraphiQL: render } = await import('@graphql-yoga/render-graphiql')
  const page = render(options)
  const at = page.lastIndexOf(THEIR_START)
  if (at < 0) throw new Error('@graphql-yoga/render-graphiql starts its page in a new way; graphiql.ts must follow.')
  return `${page.slice(0, at)}${OUR_START}\nstart(${page.slice(at + THEIR_START.length)}`
}

const THEIR_START = 'YogaGraphiQL.renderYogaGraphiQL('

/**
 * What only code in the page can tell GraphiQL, as seen in @graphql-yoga/render-graphiql 5.24: its own onEditQuery writes the
 * document into the page's URL, where one longer than Node takes as a request's head (16 KB) makes a reload fail; and unless
 * told which query was open, it adds an empty tab at each reload.
 */
const OUR_START = `
const openTab = () => {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'))
    return tabs[activeTabIndex]
  } catch {
    return undefined // the first visit
  }
}

const start = (root, options) => {
  const tab = openTab()
  const query = new URL(location.href).searchParams.get('query') ?? tab?.query ?? undefined
  const variables = tab?.variables ?? undefined
  YogaGraphiQL.renderYogaGraphiQL(root, { ...options, query, variables, onEditQuery: () => {} })
}
`
