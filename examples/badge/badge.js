/**
 * <qualm-badge>: how far an answer can be trusted, beside the answer.
 *
 *   badge.uncertainty = completion.uncertainty      // or a whole answer of POST /v1/score
 *   <qualm-badge uncertainty='{"decision": {"action": "review", "policy": "bot@1"}}'></qualm-badge>
 *
 * The decision comes first, else the confidence, else a bare score, else it says that the answer is not rated. Every text is set as text:
 * nothing of an answer is ever read as HTML.
 */
;(() => {
  const ACTIONS = {
    accept: { tone: 'good', word: 'Reliable' },
    review: { tone: 'fair', word: 'Please check' },
    escalate: { tone: 'fair', word: 'Second opinion needed' },
    abstain: { tone: 'poor', word: 'Unreliable' }
  }
  const LEVELS = [
    { least: 0.8, tone: 'good', word: 'Likely right' },
    { least: 0.5, tone: 'fair', word: 'Unsure' },
    { least: 0, tone: 'poor', word: 'Likely wrong' }
  ]
  const SURER = { higher_is_more_uncertain: 'lower is surer', higher_is_more_certain: 'higher is surer' }
  const UNRATED = { tone: 'none', word: 'Not rated' }

  const STYLE = `
    :host { display: inline-block; position: relative; font: 600 0.8125rem/1.4 system-ui, sans-serif }
    #badge { display: inline-block; padding: 0.1em 0.65em; border-radius: 1em; color: #fff; cursor: default }
    #badge:focus-visible { outline: 2px solid currentColor; outline: 2px solid Highlight; outline-offset: 2px }
    .good { background: #1b6e3c } .fair { background: #8a5300 } .poor { background: #a8201a } .none { background: #5a6270 }
    #tip { position: absolute; z-index: 1; left: 0; top: calc(100% + 0.4em); width: max-content; max-width: 20rem;
      padding: 0.6em 0.8em; border-radius: 0.5em; background: #1f2430; color: #fff; font-weight: 400;
      white-space: pre-line; visibility: hidden }
    :host(:hover) #tip, #badge:focus + #tip { visibility: visible }
    :host([closed]) #tip { visibility: hidden }
  `

  const isNumber = (value) => typeof value === 'number' && Number.isFinite(value)
  const percent = (value) => `${Math.round(value * 100)} %`

  const rounded = ([name, { value, unit }]) => `${name}: ${Number(value.toPrecision(3))} ${unit ?? ''}`.trim()
  const withValue = (scores) => Object.entries(scores ?? {}).filter(([, score]) => isNumber(score?.value))

  /** A score without a policy or a calibration: what it is, and that nobody has said what it means here. */
  function bareScore(scores) {
    const [first] = withValue(scores)
    if (first === undefined) return UNRATED
    const way = Object.hasOwn(SURER, first[1].direction) ? ` · ${SURER[first[1].direction]}` : ''
    return { tone: 'none', word: `${rounded(first)}${way}` }
  }

  function rating({ decision, confidence, scores }) {
    const action = Object.hasOwn(ACTIONS, decision?.action) ? ACTIONS[decision.action] : undefined
    const value = confidence?.value
    if (!isNumber(value)) return action ?? bareScore(scores)
    const { tone, word } = action ?? LEVELS.find(({ least }) => value >= least) ?? UNRATED
    return { tone, word: `${word} · ${percent(value)}` }
  }

  function confidenceLine({ value, interval }) {
    const range = Array.isArray(interval) && interval.every(isNumber) ? ` (${interval.map(percent).join(' to ')})` : ''
    return `Right with a probability of ${percent(value)}${range}`
  }

  /** The lines of the tooltip: why, how sure, by which policy, and the scores behind it. */
  function lines({ decision, confidence, explanation, scores }) {
    const values = withValue(scores)
    const isBare = values.length > 0 && decision === undefined && !isNumber(confidence?.value)
    return [
      explanation?.summary,
      isNumber(confidence?.value) ? confidenceLine(confidence) : undefined,
      decision?.policy === undefined ? undefined : `Policy ${decision.policy}: ${decision.action}`,
      decision?.reason === undefined ? undefined : `Because: ${decision.reason}`,
      isBare ? 'A score without a policy or a calibration says only which of two answers is surer.' : undefined,
      ...values.map(rounded)
    ].filter((line) => line !== undefined)
  }

  const isObject = (value) => typeof value === 'object' && value !== null

  class QualmBadge extends HTMLElement {
    static observedAttributes = ['uncertainty']
    #value = {}
    #badge = document.createElement('span')
    #tip = document.createElement('span')

    constructor() {
      super()
      const style = document.createElement('style')
      style.textContent = STYLE
      for (const [name, value] of [['id', 'badge'], ['part', 'badge'], ['tabindex', '0'], ['role', 'note']]) {
        this.#badge.setAttribute(name, value)
      }
      this.#badge.setAttribute('aria-describedby', 'tip')
      this.#tip.setAttribute('id', 'tip')
      this.#tip.setAttribute('role', 'tooltip')
      this.attachShadow({ mode: 'open' }).append(style, this.#badge, this.#tip)
      this.addEventListener('keydown', ({ key }) => key === 'Escape' && this.setAttribute('closed', ''))
      for (const event of ['mouseenter', 'focusin']) this.addEventListener(event, () => this.removeAttribute('closed'))
      this.#show()
    }

    /** The `uncertainty` of a chat completion, the completion itself, or an answer of POST /v1/score. */
    get uncertainty() {
      return this.#value
    }

    set uncertainty(value) {
      const given = isObject(value) ? value : {}
      this.#value = isObject(given.uncertainty) ? given.uncertainty : given
      this.#show()
    }

    attributeChangedCallback(_name, _before, text) {
      try {
        this.uncertainty = JSON.parse(text)
      } catch {
        this.uncertainty = {}
      }
    }

    #show() {
      const { tone, word } = rating(this.#value)
      const told = lines(this.#value)
      this.#badge.setAttribute('class', tone)
      this.#badge.setAttribute('aria-label', `Trust in this answer: ${word}`)
      this.#badge.textContent = word
      this.#tip.textContent = told.length > 0 ? told.join('\n') : 'Nothing is known about how far to trust this answer.'
    }
  }

  customElements.define('qualm-badge', QualmBadge)
})()
