let end: Promise<void> | null = null

/**
 * When the event loop has gone through all that has come. Who waits for it goes on together with whoever else does: what they
 * do alike stays in the processor's caches, and their answers go out one right after the other, so that a client that has slept
 * is woken once for all of them, which takes longer than all the rest of a write.
 */
export function endOfTurn(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = null
      resolve()
    })
  })
  return end
}
