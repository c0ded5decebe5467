import t from 'tap'
import { isAnswer, postgresFault } from '../../../src/store/postgres/postgres-faults.js'

const error = (code: string) => Object.assign(new Error('secret'), { code })

t.test('codes of the server and of the network stand for what can be done about them', async (t) => {
  const codes = {
    '53100': 'full',
    '53300': 'busy',
    '55P03': 'busy',
    '40P01': 'busy',
    '25006': 'read_only',
    XX001: 'corrupt',
    '58030': 'disk',
    '42P01': 'gone',
    '28P01': 'refused',
    '3D000': 'refused',
    '57P01': 'unreachable',
    ECONNREFUSED: 'unreachable',
    ENOTFOUND: 'unreachable',
    '42601': 'other'
  }
  for (const [code, fault] of Object.entries(codes)) t.equal(postgresFault(error(code)).fault, fault, code)
})

t.test('what the client reports without a code is told apart by its words', async (t) => {
  const messages = {
    'timeout exceeded when trying to connect': 'unreachable',
    'Query read timeout': 'unreachable',
    'Connection terminated unexpectedly': 'unreachable',
    'Client has encountered a connection error and is not queryable': 'unreachable',
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string': 'refused',
    'something else': 'other'
  }
  for (const [message, fault] of Object.entries(messages)) t.equal(postgresFault(new Error(message)).fault, fault)
})

t.test('only an error of the server leaves the connection as it was', async (t) => {
  t.ok(isAnswer(error('23505')))
  t.notOk(isAnswer(error('ECONNRESET')))
  t.notOk(isAnswer(new Error('Query read timeout')))
})
