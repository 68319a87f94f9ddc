/** For `vi.waitFor`: as long as a test may take. It waits for a state; how long that takes is not what a test is about. */
export const waitLong = { timeout: 55_000, interval: 5 }

/** A limit of time that only a call reaches which is never answered, however busy the machine is. */
export const ONLY_HELD_MS = 4000
