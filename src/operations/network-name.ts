import { InvalidInputError } from '../cloud/errors.ts'

/** Of the column in Synnefo's database; the API itself does not check, and PostgreSQL's refusal is a 500 (Cyclades REST 2.4). */
const LONGEST_NAME = 128

/** Throws InvalidInputError unless it has 1 to 128 characters and is not blank. */
export function checkName(name: string): void {
  const { length } = [...name]
  if (name.trim() !== '' && length <= LONGEST_NAME && !name.includes('\0')) return
  throw new InvalidInputError(`name must have 1 to ${LONGEST_NAME} characters and not be blank.`, ['input', 'name'])
}
