/** A bare REST client for these tests: it must not be the gateway's, whose mistakes it would share. */
import { request } from 'undici'
import type { EmbeddedCloud } from '../../src/embedded/cloud.ts'

export interface Reply {
  status: number
  reason: string
  headers: Record<string, string | string[] | undefined>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at every depth
  json: any
}

export interface Ask {
  json?: unknown
  body?: string | Buffer
  headers?: Record<string, string>
  /** Null: none at all. The cloud's first one unless told. */
  token?: string | null
}

export async function ask(cloud: EmbeddedCloud, route: string, options: Ask = {}): Promise<Reply> {
  const [method = 'GET', path = ''] = route.split(' ')
  const { json, token = cloud.token } = options
  const headers: Record<string, string> = { ...options.headers }
  if (token !== null) headers['X-Auth-Token'] = token
  if (json !== undefined) headers['Content-Type'] ??= 'application/json'
  const url = path.startsWith('^') ? new URL(path.slice(1), cloud.url).href : cloud.url + path
  const body = json === undefined ? (options.body ?? null) : JSON.stringify(json)
  const answer = await request(url, { method: method as 'GET', headers, body })
  const text = await answer.body.text()
  return {
    status: answer.statusCode,
    reason: answer.statusText,
    headers: answer.headers,
    text,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined,
  }
}

/** `404 itemNotFound Network not found.`, with the details if there are any; the status alone for what is no fault. */
export function inShort({ status, json }: Reply): string {
  if (status < 400 || !json) return String(status)
  const [[name, fault] = ['', { code: 0, message: '', details: '' }]] = Object.entries<{
    code: number
    message: string
    details: string
  }>(json)
  const details = fault.details ? ` (${fault.details})` : ''
  return `${status === fault.code ? status : `${status}/${fault.code}`} ${name} ${fault.message}${details}`.trim()
}

/** The shape of `create` as every test needs it: answers the new network's id. */
export async function createNetwork(cloud: EmbeddedCloud, more: object = {}): Promise<string> {
  const reply = await ask(cloud, 'POST /networks', {
    json: { network: { name: 'net', type: 'MAC_FILTERED', dhcp: false, ...more } },
  })
  if (reply.status !== 202) throw new Error(inShort(reply))
  return reply.json.network.id
}

export const connect = (cloud: EmbeddedCloud, serverRef: unknown, network: string): Promise<Reply> =>
  ask(cloud, `POST /networks/${network}/action`, { json: { add: { serverRef } } })

export const disconnect = (cloud: EmbeddedCloud, attachment: unknown, network: string): Promise<Reply> =>
  ask(cloud, `POST /networks/${network}/action`, { json: { remove: { attachment } } })

/** `0:n1 1:n4`, as `/ips` shows it; `1:n4?` while the nic is being built. */
export async function nicsOf(cloud: EmbeddedCloud, server: number): Promise<string> {
  const { json } = await ask(cloud, `GET /servers/${server}/ips`)
  const nics: { id: string; network_id: string; mac_address: string | null }[] = json.attachments
  return nics.map((nic) => `${nic.id.split('-')[2]}:n${nic.network_id}${nic.mac_address === null ? '?' : ''}`).join(' ')
}
