import t from 'tap'
import { finite } from '../../src/http/finite.js'

t.test('a payload of finite numbers is passed on untouched', async (t) => {
  const payload = { a: [1, null, 'NaN', { b: -0.5 }] }
  const { payload: whole, pointers } = finite(payload)
  t.equal(whole, payload)
  t.same(pointers, [])
})

t.test('NaN and infinities become null, with pointers to their places', async (t) => {
  const { payload, pointers } = finite({ a: NaN, b: [1, Infinity], c: { d: -Infinity } })
  t.same(payload, { a: null, b: [1, null], c: { d: null } })
  t.same(pointers, ['/a', '/b/1', '/c/d'])
})
