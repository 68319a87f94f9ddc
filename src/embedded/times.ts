/**
 * Times are whole microseconds since 1970, the resolution of the answers (Cyclades REST 3.1). Until the year 2255 they
 * are exact as numbers.
 */
export type Microseconds = number

/** ISO 8601 in UTC with six digits of fraction, or none at all when it is exactly zero. */
export function formatTime(time: Microseconds): string {
  const fraction = time % 1_000_000
  const seconds = new Date((time - fraction) / 1000).toISOString().slice(0, 19)
  return fraction === 0 ? `${seconds}+00:00` : `${seconds}.${String(fraction).padStart(6, '0')}+00:00`
}

const ISO_8601 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?(Z|[+-]\d\d(?::?\d\d)?)$/i

/** Null when it is no time or names no zone. Finer digits than microseconds are dropped. */
export function parseTime(text: string): Microseconds | null {
  const match = ISO_8601.exec(text)
  if (!match) return null
  const [, day = '', clock = '', fraction = '', zone = ''] = match
  const sign = zone.slice(0, 1)
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const offset = /[+-]/.test(sign) ? `${sign}${digits.slice(0, 2)}:${digits.slice(2)}` : 'Z'
  const milliseconds = Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}${offset}`)
  if (Number.isNaN(milliseconds)) return null
  return milliseconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}
