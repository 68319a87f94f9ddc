/** What a browser says of the page that has sent a request. */
interface Said {
  readonly origin: string | null
  /** Sec-Fetch-Site. */
  readonly site: string | null
  /** Asked only where there is an origin to compare. */
  readonly host: () => string | null
}

/** What Sec-Fetch-Site says of the gateway's own pages, and of what somebody types into the address bar. */
const OWN_SITES = new Set(['same-origin', 'none'])

const WEB = new Set(['http:', 'https:'])

/** Which pages may use the gateway: its own, and those of ALLOWED_ORIGINS. */
export class OriginCheck {
  readonly #allowed: ReadonlySet<string>

  constructor(allowedOrigins: readonly string[]) {
    this.#allowed = new Set(allowedOrigins)
  }

  /** Whether it is one of ALLOWED_ORIGINS, each time where it comes several times, in any case. */
  allows(origin: string): boolean {
    return valuesOf(origin).every((each) => this.#allowed.has(each))
  }

  /**
   * Judges by Origin and by Sec-Fetch-Site, whichever is there: no browser sends both with every request, and Sec-Fetch-Site goes
   * to https and loopback alone. One that comes several times must be right each time. What is no browser sends neither.
   */
  takes({ origin, site, host }: Said): boolean {
    const origins = valuesOf(origin)
    if (origin !== null && this.allows(origin)) return true
    return origins.every((each) => isAt(host(), each)) && valuesOf(site).every((each) => OWN_SITES.has(each))
  }
}

/** Node joins a header that comes several times. */
function valuesOf(header: string | null): string[] {
  return header === null ? [] : header.split(',').map((value) => value.trim().toLowerCase())
}

/** The scheme may be a proxy's, which ends TLS: it decides only which port needs no mention. Apps of all sorts have others. */
function isAt(host: string | null, origin: string): boolean {
  const url = URL.parse(origin)
  if (url === null || url.origin !== origin || !WEB.has(url.protocol)) return false
  return URL.parse(`${url.protocol}//${host}`)?.host === url.host
}
