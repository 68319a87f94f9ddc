/** Answers as Cyclades writes them: headers of Cyclades REST 1.7, ASCII only, reason phrases in upper case. */
import type { ServerResponse } from 'node:http'
import type { Answer } from './call.ts'

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'CREATED',
  202: 'ACCEPTED',
  204: 'NO CONTENT',
  304: 'NOT MODIFIED',
  400: 'BAD REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT FOUND',
  409: 'CONFLICT',
  413: 'REQUEST ENTITY TOO LARGE',
  415: 'UNSUPPORTED MEDIA TYPE',
  500: 'INTERNAL SERVER ERROR',
  501: 'NOT IMPLEMENTED',
  502: 'BAD GATEWAY',
  503: 'SERVICE UNAVAILABLE',
  504: 'GATEWAY TIMEOUT',
}

/** Django 1 has no text for 421, and says so. */
export const reasonOf = (status: number): string => REASONS[status] ?? 'UNKNOWN STATUS CODE'

export function bodyOf({ json, bytes }: Answer): Buffer {
  return bytes ?? Buffer.from(json === undefined ? '' : escapeNonAscii(JSON.stringify(json)), 'latin1')
}

/** Python's json does so. */
export function escapeNonAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function writeAnswer(response: ServerResponse, answer: Answer, headers: Record<string, string> = {}): void {
  const body = bodyOf(answer)
  response.writeHead(answer.status, reasonOf(answer.status), { ...headersFor(body), ...headers }).end(body)
}

export function headersFor(body: Buffer): Record<string, string> {
  const now = new Date().toUTCString()
  return {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': String(body.length),
    'Cache-Control': 'no-cache, no-store, must-revalidate, max-age=0',
    Expires: now,
    'Last-Modified': now,
    Vary: 'X-Auth-Token, Accept-Language',
    'Content-Language': 'en-us',
  }
}
