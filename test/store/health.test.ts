import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { StoreFault, type Fault } from '../../src/store/faults.js'
import { Health } from '../../src/store/health.js'
import { SQLITE_ADVICE, sqliteFault } from '../../src/store/sqlite/sqlite-faults.js'

const health = () => new Health(SQLITE_ADVICE, sqliteFault)
const failing = (fault: Fault) => async (): Promise<never> => {
  throw new StoreFault(fault)
}
const fine = async (): Promise<void> => undefined

t.test('a failed write stays known while reads go on, until a write succeeds', async (t) => {
  const state = health()
  await t.rejects(state.writing(failing('read_only')), { code: 'QUALM_ERR_STORE' })
  await state.reading(fine)
  t.equal(state.problem(), SQLITE_ADVICE.read_only)
  await state.writing(fine)
  t.equal(state.problem(), null)
})

t.test('a check that goes through ends a lock, but does not disprove a full disk', async (t) => {
  const state = health()
  await state.checking(failing('busy'))
  t.equal(state.problem(), SQLITE_ADVICE.busy)
  await state.checking(fine)
  t.equal(state.problem(), null)
  await t.rejects(state.writing(failing('full')), { message: SQLITE_ADVICE.full })
  await state.checking(fine)
  t.equal(state.problem(), SQLITE_ADVICE.full)
  await state.writing(fine)
  t.equal(state.problem(), null)
})

t.test('a coded error of the work is thrown as it is and says nothing of the store', async (t) => {
  const state = health()
  const conflict = new QualmError('QUALM_ERR_IMPORT_CONFLICT', 'another')
  await t.rejects(
    state.writing(async () => {
      throw conflict
    }),
    conflict
  )
  t.equal(state.problem(), null)
})

t.test('only a lock is worth waiting for', async (t) => {
  const told = async (fault: Fault): Promise<unknown> =>
    health()
      .reading(failing(fault))
      .catch((error: unknown) => error)
  t.match(await told('busy'), { retryAfterSeconds: 1 })
  t.match(await told('corrupt'), { retryAfterSeconds: undefined })
})
