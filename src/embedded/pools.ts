/** Pools hand out the lowest free number, and a number given back is the next one out (Cyclades REST 7.3, 7.4). */
import type { Subnet4 } from './subnets.ts'
import { formatAddress4, parseAddress4 } from './subnets.ts'

/** Numbers from `first` to `last`. Taking one is quick also when most are taken. */
class NumberPool {
  readonly #taken = new Set<number>()
  readonly #first: number
  readonly #last: number
  /** Nothing below it is free. */
  #lowest: number

  constructor(first: number, last: number) {
    this.#first = first
    this.#last = last
    this.#lowest = first
  }

  /** Null when none is left. */
  take(): number | null {
    while (this.#lowest <= this.#last && this.#taken.has(this.#lowest)) this.#lowest++
    if (this.#lowest > this.#last) return null
    this.#taken.add(this.#lowest)
    return this.#lowest++
  }

  /** Marks one as taken; marking twice is no error, just as in the bitmaps of Cyclades. */
  reserve(number: number): void {
    this.#taken.add(number)
  }

  giveBack(number: number): void {
    if (number < this.#first || number > this.#last) return
    this.#taken.delete(number)
    this.#lowest = Math.min(this.#lowest, number)
  }
}

/** The IPv4 addresses of one network, without the network's own, the broadcast address and the gateway. */
export class AddressPool {
  readonly #numbers: NumberPool
  readonly #gateway: string | null

  constructor(subnet: Subnet4, gateway: string | null) {
    this.#numbers = new NumberPool(subnet.first + 1, subnet.first + subnet.size - 2)
    this.#gateway = gateway
    if (gateway) this.reserve(gateway)
  }

  take(): string | null {
    const number = this.#numbers.take()
    return number === null ? null : formatAddress4(number)
  }

  reserve(address: string): void {
    const number = parseAddress4(address)
    if (number !== null) this.#numbers.reserve(number)
  }

  giveBack(address: string): void {
    const number = parseAddress4(address)
    if (number !== null && address !== this.#gateway) this.#numbers.giveBack(number)
  }

  /** Takes all that is left: the network is full afterwards. */
  fill(): void {
    while (this.#numbers.take() !== null);
  }
}

/** The prefix of networks that have none of their own: public ones and most types. */
export const COMMON_MAC_PREFIX = 'aa:00:0'

const FIRST_PREFIX = 0xaa000
const PREFIXES = 65_536

/** Prefixes of five hex digits, one for each MAC_FILTERED network: `aa:00:1`, `aa:00:2`, ... */
export class MacPrefixPool {
  #numbers = new NumberPool(FIRST_PREFIX + 1, FIRST_PREFIX + PREFIXES - 1)

  take(): string | null {
    for (;;) {
      const number = this.#numbers.take()
      if (number === null) return null
      // Only locally administered unicast addresses are of use; the others stay marked as taken for ever.
      if (((number >> 12) & 3) === 2) return formatPrefix(number)
    }
  }

  giveBack(prefix: string): void {
    if (prefix !== COMMON_MAC_PREFIX) this.#numbers.giveBack(Number.parseInt(prefix.replaceAll(':', ''), 16))
  }

  /** Takes all that is left, so that the next network is refused. */
  drain(): void {
    while (this.take() !== null);
  }
}

function formatPrefix(number: number): string {
  const digits = number.toString(16)
  return `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`
}
