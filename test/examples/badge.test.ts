import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { parseHTML } from 'linkedom'
import t from 'tap'
import { packageFile } from '../helper.js'

interface Part {
  readonly textContent: string | null
  getAttribute(name: string): string | null
}

interface Badge {
  uncertainty: unknown
  readonly shadowRoot: { querySelector(selector: string): Part | null }
  setAttribute(name: string, value: string): void
}

/** A badge in a page, and what it shows. */
function badge() {
  const { document, customElements, HTMLElement } = parseHTML('<!doctype html><html><body></body></html>')
  const code = readFileSync(packageFile('examples/badge/badge.js'), 'utf8')
  runInNewContext(code, { document, customElements, HTMLElement })
  const element = document.createElement('qualm-badge') as unknown as Badge
  const find = (selector: string) => element.shadowRoot.querySelector(selector)
  const shown = () => ({ word: find('#badge')?.textContent, tone: find('#badge')?.getAttribute('class') })
  return { element, find, shown, tip: () => find('#tip')?.textContent ?? '' }
}

t.test('each action has a word and a colour of its own', async (t) => {
  const { element, shown } = badge()
  const seen = ['accept', 'review', 'escalate', 'abstain'].map((action) => {
    element.uncertainty = { decision: { action, policy: 'bot@1' } }
    return shown()
  })
  t.same(seen, [
    { word: 'Reliable', tone: 'good' },
    { word: 'Please check', tone: 'fair' },
    { word: 'Second opinion needed', tone: 'fair' },
    { word: 'Unreliable', tone: 'poor' }
  ])
})

t.test('the decision goes before the confidence, which is told beside it', async (t) => {
  const { element, shown, tip } = badge()
  element.uncertainty = {
    decision: { action: 'abstain', policy: 'bot@1', reason: 'drift' },
    confidence: { value: 0.93, interval: [0.9, 0.96] }
  }
  t.same(shown(), { word: 'Unreliable · 93 %', tone: 'poor' })
  t.match(tip(), /93 % \(90 % to 96 %\)\nPolicy bot@1: abstain\nBecause: drift/)
})

t.test('without a decision the confidence decides', async (t) => {
  const { element, shown } = badge()
  element.uncertainty = { confidence: { value: 0.8 } }
  t.same(shown(), { word: 'Likely right · 80 %', tone: 'good' })
  element.uncertainty = { confidence: { value: 0.49 } }
  t.same(shown(), { word: 'Likely wrong · 49 %', tone: 'poor' })
})

t.test('without either it never looks trusted', async (t) => {
  const { element, shown } = badge()
  const unknown = [undefined, null, 'text', {}, { decision: { action: 'toString' } }, { confidence: { value: '1' } }]
  for (const value of unknown) {
    element.uncertainty = value
    t.same(shown(), { word: 'Not rated', tone: 'none' })
  }
})

t.test('without decision and confidence the first score is shown, and which way it points', async (t) => {
  const { element, shown, tip } = badge()
  const score = (value: number | null, way: string) => ({ value, unit: 'nats', direction: `higher_is_more_${way}` })
  element.uncertainty = { scores: { p_true: score(null, 'certain'), g_nll: score(0.4213, 'uncertain') } }
  t.same(shown(), { word: 'g_nll: 0.421 nats · lower is surer', tone: 'none' })
  t.match(tip(), /only which of two answers is surer/)
  element.uncertainty = { scores: { g_nll: score(0.4213, 'certain') } }
  t.match(shown().word, /higher is surer/)
  element.uncertainty = { scores: { p_true: score(null, 'certain') } }
  t.same(shown(), { word: 'Not rated', tone: 'none' })
})

t.test('a score without value is not shown, others are', async (t) => {
  const { element, tip } = badge()
  element.uncertainty = { scores: { g_nll: { value: 0.4213, unit: 'nats' }, p_true: { value: null } } }
  t.match(tip(), /\ng_nll: 0.421 nats$/)
  t.notMatch(tip(), /p_true/)
})

t.test('a whole completion and an attribute do as well', async (t) => {
  const { element, shown } = badge()
  element.uncertainty = { choices: [], uncertainty: { confidence: { value: 0.6 } } }
  t.same(shown(), { word: 'Unsure · 60 %', tone: 'fair' })
  element.setAttribute('uncertainty', '{"decision": {"action": "accept"}}')
  t.same(shown(), { word: 'Reliable', tone: 'good' })
  element.setAttribute('uncertainty', 'nonsense')
  t.same(shown(), { word: 'Not rated', tone: 'none' })
})

t.test('text is never read as HTML', async (t) => {
  const { element, find, tip } = badge()
  element.uncertainty = { explanation: { summary: '<img src=x onerror=alert(1)>' } }
  t.equal(tip(), '<img src=x onerror=alert(1)>')
  t.equal(find('img'), null)
})

t.test('it can be reached by key and has a name and a description', async (t) => {
  const { element, find } = badge()
  element.uncertainty = { decision: { action: 'review' } }
  const shown = find('#badge')
  t.equal(shown?.getAttribute('tabindex'), '0')
  t.equal(shown?.getAttribute('aria-label'), 'Trust in this answer: Please check')
  t.equal(find(`#${shown?.getAttribute('aria-describedby')}`)?.getAttribute('role'), 'tooltip')
})
