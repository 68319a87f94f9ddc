import { builder } from './builder.ts'
import type { OrderDirection as Direction, OrderField } from './order.ts'

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is sorted.',
  values: {
    ASC: { description: 'Smallest, first in the alphabet, or oldest first.' },
    DESC: { description: 'The reverse.' },
  } satisfies Record<Direction, object>,
})

/** `NetworkOrder` and its fields, `ServerOrder` and its fields. */
export function orderInput(noun: 'Network' | 'Server') {
  const things = `${noun.toLowerCase()}s`
  const Field = builder.enumType(`${noun}OrderField`, {
    description: `What ${things} are sorted by. Ties are broken by id.`,
    values: {
      ID: { description: 'The number that is its cloud id.' },
      NAME: { description: 'Its name, as a person would sort: numbers by value.' },
      CREATED_AT: { description: 'When it was made; those that do not say come last in ascending order.' },
      UPDATED_AT: { description: 'When it was last changed; those that do not say come last in ascending order.' },
    } satisfies Record<OrderField, object>,
  })
  return builder.inputType(`${noun}Order`, {
    description: `How ${things} are sorted.`,
    fields: (t) => ({
      field: t.field({ type: Field, required: true, description: 'What by.' }),
      direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
    }),
  })
}
