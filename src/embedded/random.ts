/** Random numbers that come out the same in every run from one seed (mulberry32). Not for secrets. */
export type Random = () => number

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `aa:00:1` and the backend's digit, then six hex digits at random, as Ganeti picks them (Cyclades REST 7.3). */
export function randomMac(prefix: string, random: Random): string {
  const digits = Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')
  return `${prefix}0:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`
}

export function randomPassword(random: Random): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return Array.from({ length: 12 }, () => letters[Math.floor(random() * letters.length)]).join('')
}
