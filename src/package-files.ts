/** A file of the package, which is installed beside the code: what a person reads too, and is therefore no code. */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url) // src and dist are both one folder deep
}
