/**
 * A promptfoo assertion: Qualm scores the answer, and the policy or the confidence says whether it passes.
 *
 * `config` of the assertion:
 *   url              base URL of Qualm; default http://127.0.0.1:8080
 *   score            members of the POST /v1/score body: policy, calibration, preset, scorers, model, …
 *   allow            actions that pass; default ["accept"]
 *   min_confidence   least confidence that passes when there is no policy; default 0.5
 */

/** A chat prompt comes as the JSON of its messages, any other as text. */
function question(prompt) {
  try {
    const messages = JSON.parse(prompt)
    if (Array.isArray(messages)) return { messages }
  } catch {
    // It is no JSON, so it is the text itself.
  }
  return { prompt }
}

/** The result of scoring; or why there is none. */
async function ask({ url = 'http://127.0.0.1:8080', score = {} }, body) {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...score })
  }
  try {
    const response = await fetch(new URL('/v1/score', url), init)
    const result = await response.json()
    return response.ok ? { result } : { problem: `${result.code}: ${result.detail}` }
  } catch (error) {
    return { problem: `no answer from ${url} (${error.cause?.code ?? error.message}); is it up?` }
  }
}

const NO_FORCING =
  'the server of this model reads no given texts; name a policy whose scorer compares samples, or allow review'

const percent = (value) => `${Math.round(value * 100)} %`

function byDecision({ action, policy, reason }, confidence, allow) {
  const pass = allow.includes(action)
  const told = reason === 'upstream_no_forcing' ? `${reason}: ${NO_FORCING}` : reason
  const why = reason === undefined ? '' : ` (${told})`
  return { pass, score: confidence?.value ?? (pass ? 1 : 0), reason: `${policy} says ${action}${why}` }
}

function byConfidence({ value, calibration }, least) {
  const pass = value >= least
  const reason = `confidence ${percent(value)} by ${calibration}, at least ${percent(least)} is wanted`
  return { pass, score: value, reason }
}

/** Called by promptfoo with the model's answer. Whatever Qualm cannot judge fails, with the reason. */
export default async function assertion(output, { prompt, config = {} }) {
  const answer = typeof output === 'string' ? output : JSON.stringify(output)
  const { result, problem } = await ask(config, { ...question(prompt), answer })
  if (problem !== undefined) return { pass: false, score: 0, reason: `Qualm: ${problem}` }
  const { decision, confidence } = result
  if (decision !== undefined) return byDecision(decision, confidence, config.allow ?? ['accept'])
  if (confidence !== undefined) return byConfidence(confidence, config.min_confidence ?? 0.5)
  return { pass: false, score: 0, reason: 'Qualm gave no decision and no confidence: name a policy or a calibration.' }
}
