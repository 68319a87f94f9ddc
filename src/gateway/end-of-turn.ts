let end: Promise<void> | null = null

/**
 * When the event loop has gone through all that has come. Who waits for it goes on together with whoever else does, first come,
 * first served: what they do alike stays in the processor's caches, and their answers go out one right after the other, so that
 * a client that sleeps is woken once for all of them. To wake it takes longer than the rest of a write.
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
