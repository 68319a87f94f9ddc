/** What goes wrong, and what is asked meanwhile. */
import {
  answer,
  cut,
  delayed,
  drip,
  type Failure,
  flood,
  hang,
  htmlAnswer,
  invalidJson,
  jsonAnswer,
  redirect,
  reset,
  resetAfterwards,
} from '../../src/embedded/failures.ts'
import { Fault, overLimit, serviceUnavailable, unexpectedError } from '../../src/embedded/faults.ts'

const retry = { 'Retry-After': '0' }
const gzip = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }

export const faults: Readonly<Record<string, () => Failure | Fault>> = {
  'a short delay': () => delayed(Math.random() * 100),
  'a delay beyond the time of an attempt': () => delayed(400),
  'no answer ever': hang,
  'a reset before': reset,
  'a reset after it was carried out': resetAfterwards,
  'an answer that breaks off': cut,
  'broken JSON': () => invalidJson(),
  'JSON of another shape': () => jsonAnswer({ networks: [{ id: 5 }], servers: 'none', network: null }),
  'an empty object': () => jsonAnswer({}),
  "a proxy's page, 502": () => htmlAnswer(502),
  "a proxy's page, 200": () => htmlAnswer(200),
  'gzip that is none': () => answer(200, '{"networks": []}', gzip),
  '429 with Retry-After': () => answer(429, '', retry),
  '429 without': () => answer(429),
  '413 with Retry-After': () => overLimit('Slow down.', '', retry),
  '413 without': () => answer(413),
  '503 in the envelope': () => serviceUnavailable(),
  '504 without a body': () => answer(504),
  '500 in the envelope': () => unexpectedError(),
  '401': () => new Fault(401, 'fault', 'UNAUTHORIZED'),
  '404 without a body': () => answer(404),
  'a redirect': () => redirect('http://127.0.0.1:1/'),
  'a body of 100 MB': () => flood(100 * 2 ** 20),
  'a byte a second': () => drip(1),
  '204 without a body': () => answer(204),
}
