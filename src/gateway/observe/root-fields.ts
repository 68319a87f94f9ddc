import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql'
import type { YogaInitialContext } from 'graphql-yoga'
import { arrivalOf } from '../arrival.ts'

type Resolver = GraphQLFieldResolver<unknown, YogaInitialContext>

const watched = new WeakSet<GraphQLObjectType>()

/**
 * Has the fields of the mutation's root tell which errors they answer with, as these are members of unions and not in
 * `errors[]`; and, where requests are traced, has all root fields make their spans.
 */
export function watchRootFields(schema: GraphQLSchema, { isTraced }: { isTraced: boolean }): void {
  const mutation = schema.getMutationType()
  const query = schema.getQueryType()
  if (mutation) watch(mutation, (resolve) => spanned(noted(resolve)))
  if (isTraced && query) watch(query, spanned)
}

/** Once, however many gateways a process has: there is one schema. */
function watch(type: GraphQLObjectType, wrap: (resolve: Resolver) => Resolver): void {
  if (watched.has(type)) return
  watched.add(type)
  for (const field of Object.values(type.getFields())) field.resolve = wrap(field.resolve ?? defaultFieldResolver)
}

function spanned(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const trace = arrivalOf(context.request)?.record.trace
    return trace
      ? trace.rootField(info.fieldName, () => resolve(source, args, context, info))
      : resolve(source, args, context, info)
  }
}

function noted(resolve: Resolver): Resolver {
  return async (source, args, context, info) => {
    const value: unknown = await resolve(source, args, context, info)
    // Pothos hands an error of a union over behind a proxy, which is an instance of nothing.
    if (typeof value === 'object' && value !== null && 'code' in value && 'fault' in value) {
      arrivalOf(context.request)?.record.failed(String(value.code))
    }
    return value
  }
}
