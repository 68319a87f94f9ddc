import { createYoga, type YogaInitialContext } from 'graphql-yoga'
import { expect, it } from 'vitest'
import { originSettings } from '../../src/cloud/backend-settings.ts'
import { createBackend } from '../../src/cloud/backends.ts'
import { startEmbeddedCloud } from '../../src/embedded/cloud.ts'
import { createContextFactory } from '../../src/gateway/context.ts'
import { RequestRecord } from '../../src/gateway/observe/record.ts'
import { type AnswerContext, useAnswersAgain } from '../../src/gateway/use-answers-again.ts'
import type { SchemaContext } from '../../src/schema/context.ts'
import { schema } from '../../src/schema/index.ts'
import { shippedLimits } from '../support/gateway.ts'

/** The part alone, as no plugin of the gateway's has the last word on a response yet. */
it('an answer is not known by a response that another plugin has made a refusal of', async () => {
  await using cloud = await startEmbeddedCloud()
  const backend = createBackend({
    ...originSettings(new URL(cloud.url), shippedLimits()),
    info: { name: 'embedded', dialect: 'cyclades', embedded: true },
  })
  const { contextOf } = createContextFactory({
    backend,
    callerOf: () => ({ token: cloud.token, queuedAs: () => cloud.token }),
    deadlineMs: 60_000,
    ending: new AbortController().signal,
    waits: { firstMs: 5, longestMs: 20 },
    polls: { shortestMs: 10, longestMs: 40 },
    maxPageRows: 10_000,
    maxRows: 10_000,
    maxSteps: 100_000_000,
    keep: { snapshots: true, maxBytes: 1_000_000, wholeEveryMs: 60_000 },
  })
  let isRefusing = true
  let executed = 0
  const yoga = createYoga<object, SchemaContext>({
    schema,
    context: (asking: YogaInitialContext & AnswerContext) => asking.schemaContext ?? contextOf(asking),
    logging: false,
    plugins: [
      {
        onResponse({ response, fetchAPI, setResponse }) {
          if (isRefusing) setResponse(new fetchAPI.Response('{}', { status: 503, headers: response.headers }))
        },
      },
      useAnswersAgain(contextOf),
      { onParse: () => void executed++ },
    ],
    parserAndValidationCache: false,
  })
  const ask = async () => {
    const body = JSON.stringify({ query: '{ networks { totalCount } }' })
    const request = new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const record = new RequestRecord({}, null)
    const arrival = { record, left: request.signal, address: '', body: Buffer.from(body) }
    const response = await yoga.handleRequest(Object.assign(request, { arrival }), {})
    return [response.status, executed]
  }
  for (const time of [1, 2, 3]) expect(await ask()).toEqual([503, time])
  isRefusing = false
  expect(await ask()).toEqual([200, 4]) // it was not known, so it is parsed
  expect(await ask()).toEqual([200, 4]) // now it is
  await backend.close()
})
