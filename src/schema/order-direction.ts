import { builder } from './builder.ts'

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is sorted.',
  values: {
    ASC: { description: 'Smallest, first in the alphabet, or oldest first.' },
    DESC: { description: 'The reverse.' },
  },
})
