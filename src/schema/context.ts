import type { CloudInfo, IdSyntax } from '../cloud/cloud.ts'
import type { Graph } from '../graph/graph.ts'
import type { OperationContext } from '../operations/context.ts'
import type { Cost } from './cost.ts'

/** What resolvers work with, made for each request. */
export interface SchemaContext {
  readonly graph: Graph
  readonly ids: IdSyntax
  /** For changes and what is known of them. What is answered with it is more than what the cloud's lists say. */
  readonly operation: () => OperationContext
  readonly info: CloudInfo
  /** Most rows of one page; without `first` or `last`, the page is that long. */
  readonly maxPageRows: number
  /** Of the answer. */
  readonly cost: Cost
}
