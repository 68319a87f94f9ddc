/**
 * Whatever is asked, and however and whenever a client leaves: the process lives, nothing fails unheard, and nothing goes on for
 * who has gone.
 *
 * LEAVING_ROUNDS and PROPERTY_SEED choose how many rounds and which; a failure prints both.
 */
import { it } from 'vitest'
import { expectToSurviveLeavers } from '../support/leavers.ts'
import { installed } from '../support/target.ts'

it('survives clients who leave at any moment, and does nothing more for them', { timeout: 600_000 }, () =>
  // Quick while developing, and 5,000 of what ships.
  installed ? expectToSurviveLeavers() : expectToSurviveLeavers({}, 300),
)
