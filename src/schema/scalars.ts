import { GraphQLScalarType } from 'graphql'
import { builder } from './builder.ts'

/** The cloud's own text: a Date would lose its microseconds, so no ready-made DateTime fits. */
builder.addScalarType(
  'DateTime',
  new GraphQLScalarType<string, string>({
    name: 'DateTime',
    description:
      'A point in time in ISO 8601 with offset, exactly as the cloud sent it; up to six fractional digits, none when zero.',
    serialize: (value) => String(value),
  }),
)
