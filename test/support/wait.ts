/** For `vi.waitFor`: as long as a test may take. It waits for a state; how long that takes is not what a test is about. */
export const waitLong = { timeout: 55_000, interval: 5 }
