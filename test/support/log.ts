/** What the gateway has logged of requests, as soon as there are so many lines of them. */
export async function requestLines({ logged }: { logged: readonly string[] }, count: number): Promise<Line[]> {
  const all = () => logged.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'request')
  while (all().length < count) await new Promise((go) => setTimeout(go, 5))
  return all()
}

type Line = Readonly<Record<string, unknown>>
