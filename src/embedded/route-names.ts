/** How a test names the calls that it means. */
import { routeNames } from './routes.ts'

/** As far as a name goes, of a call: `route` is the method and the pattern, null where no pattern fits. */
export interface NamedCall {
  readonly method: string
  readonly path: string
  readonly route: string | null
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']

/**
 * Throws a RangeError for what no call can be named by, so that no test passes by a slip of the pen. A name is `*`, a method
 * and `*`, a method and a path as in the table of routes (`DELETE /networks/:id`, under any name of the parameter), or a
 * method and one thing's own path (`GET /servers/141`).
 */
export function checkName(name: string): void {
  if (!isName(name)) throw new RangeError(`No route ${name}: say *, or one of ${routeNames.join(', ')}.`)
}

/** Whether that name means this call. */
export function isMeant(name: string, { method, path, route }: NamedCall): boolean {
  const plain = unnamed(name)
  return (
    plain === '*' ||
    plain === `${method} *` ||
    plain === `${method} ${path}` ||
    (route !== null && plain === unnamed(route))
  )
}

function isName(name: string): boolean {
  if (name === '*' || routeNames.some((route) => unnamed(route) === unnamed(name))) return true
  const [method = '', path = '', ...rest] = name.split(' ')
  const isConcrete = /^\/(networks|servers|flavors|images)\/[^:]+$/.test(path)
  return METHODS.includes(method) && (path === '*' || isConcrete) && rest.length === 0
}

const unnamed = (route: string): string => route.replaceAll(/:\w+/g, ':')
