/** What is to be told, by whatever looks at many things for an answer, at how many. */
export interface Steps {
  /** Throws when it is too much. */
  add(steps: number): void
}
