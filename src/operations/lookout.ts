/** What there is to see now. */
export interface News {
  /** It may have left no mark: all must be read to find it. */
  readonly whole: boolean
}

/** Who looks at the graph of a token: this process by itself, or one of several for all of them. */
export interface Lookouts {
  /** `onNews` asks for a look, which may be the first that shows the cloud to be another than before. */
  join(token: string, onNews: (news: News) => void): Lookout
  /** That token has changed something here, where nobody is subscribed with it. */
  wrote(token: string): void
}

/** One process's part in looking at one token's graph. */
export interface Lookout {
  /** To be awaited before the first look: what no look has shown by then, `onNews` will tell of. Never rejects. */
  readonly ready: Promise<void>
  /** Whether to look at intervals. If not, another process does, and `onNews` is called when a look is worth while. */
  readonly isMine: boolean
  looked(seen: { readonly changed: boolean; readonly whole: boolean }): void
  /** This process has changed something with the token. */
  wrote(): void
  /** The cloud has not answered. */
  failed(): void
  leave(): void
}

const alone: Lookout = { ready: Promise.resolve(), isMine: true, looked() {}, wrote() {}, failed() {}, leave() {} }

/** Every process looks by itself. */
export const ownLookouts: Lookouts = { join: () => alone, wrote() {} }
