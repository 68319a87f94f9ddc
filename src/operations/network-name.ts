import { InvalidInputError } from '../cloud/errors.ts'

/** Of the column in Synnefo's database; the API itself does not check, and PostgreSQL's refusal is a 500 (Cyclades REST 2.4). */
const LONGEST_NAME = 128

/** Throws InvalidInputError unless it has 1 to 128 characters, is not blank and has no NUL, which is a 500 of Cyclades' as well. */
export function checkName(name: string): void {
  if (name.includes('\0')) throw refused('name must not contain the character NUL (U+0000).')
  if (name.trim() === '' || [...name].length > LONGEST_NAME)
    throw refused(`name must have 1 to ${LONGEST_NAME} characters and not be blank.`)
}

const refused = (message: string) => new InvalidInputError(message, ['input', 'name'])
