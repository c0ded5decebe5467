#!/usr/bin/env bash
# From labelled questions to decisions: evaluate, calibrate, make a policy, decide on new questions.
# Every second line of facts.jsonl is a labelled example, the others play the new questions.
# Needs a running service, curl and node; about two minutes on two cores.
#   examples/worked-example.sh [URL] [TARGET]
set -euo pipefail
cd "$(dirname "$0")"
url=${1:-http://127.0.0.1:8080} target=${2:-0.4} scorer=mean_nll
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# post PATH FILE [TYPE]: prints the answer, errors too.
post() { curl -sS "$url/v1/$1" -H "content-type: application/${3:-json}" --data-binary @"$2"; }
# show SCRIPT FILE: runs JavaScript on the JSON of the file, as `it`.
show() { node -e "const it = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8')); $1" "$2"; }
# must FILE: stops with the reason when the file holds an error.
must() { show 'if (it.code !== undefined) { console.error(it.detail); process.exit(1) }' "$1"; }

cat >"$work/shape.mjs" <<'JS'
import { readFileSync } from 'node:fs'

const [step, ...files] = process.argv.slice(2)
const lines = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
const facts = lines('facts.jsonl')
const examples = facts.filter((_, i) => i % 2 === 0)
const questions = facts.filter((_, i) => i % 2 === 1)

const shown = [
  ['What gas do plants take in?', 'Carbon dioxide'],
  ['Who discovered penicillin?', 'Alexander Fleming'],
  ['What is the largest planet?', 'Jupiter'],
  ['How many days are in a week?', 'Seven']
]
const request = ({ question }) => ({
  messages: [
    { role: 'system', content: 'You are taking a quiz. Answer each question in a few words.' },
    ...shown.flatMap(([asked, answer]) => [
      { role: 'user', content: `Question: ${asked}` },
      { role: 'assistant', content: `Answer: ${answer}` }
    ]),
    { role: 'user', content: `Question: ${question}` }
  ]
})

// The rule of /v1/evaluations: right when it contains an accepted answer as a run of whole words.
const ARTICLES = ['a', 'an', 'the']
const words = (text) => {
  const all = text.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}\p{M}]+/u)
  return ` ${all.filter((word) => word !== '' && !ARTICLES.includes(word)).join(' ')} `
}
const isRight = (text, { answers }) => answers.some((each) => words(text).includes(words(each)))

const steps = {
  evaluation: () => ({
    name: 'facts',
    preset: 'fast',
    examples: examples.map((fact) => ({ request: request(fact), answers: fact.answers }))
  }),
  answers: () => examples.map((fact) => ({ ...request(fact), preset: 'fast' })),
  calibration: (scorer, answered) => ({
    name: 'facts',
    scorer,
    method: 'platt',
    examples: lines(answered).map(({ answer }, i) => ({
      request: request(examples[i]),
      correct: isRight(answer.text, examples[i])
    }))
  }),
  policy: (kind, target) => ({
    name: kind,
    calibration: 'facts',
    objective: { kind, target: Number(target) },
    actions: { below: 'accept', above: 'abstain' }
  }),
  questions: (policy) =>
    questions.map((fact) => ({ ...request(fact), preset: 'fast', policy, calibration: 'facts' })),
  feedback: (answered) =>
    lines(answered).map(({ id, answer }, i) => ({ score_id: id, correct: isRight(answer.text, questions[i]) })),
  outcome: (scorer, answered) => {
    const rows = lines(answered).map(({ answer, scores, decision, confidence }, i) => ({
      ...questions[i],
      text: answer.text,
      score: scores[scorer].value,
      action: decision.action,
      confidence: confidence.value,
      right: isRight(answer.text, questions[i])
    }))
    const wrong = (of) => `${of.filter(({ right }) => !right).length} of ${of.length} wrong`
    const accepted = rows.filter(({ action }) => action === 'accept')
    console.log('question | answer | score | confidence | decision | right')
    for (const { question, text, score, confidence, action, right } of rows.slice(0, 8)) {
      console.log([question, text.replace(/\s+/gu, ' '), score.toFixed(3), confidence.toFixed(2), action, right ? 'yes' : 'no'].join(' | '))
    }
    console.log(`all: ${wrong(rows)}; accepted: ${wrong(accepted)}`)
  }
}
const made = steps[step](...files)
if (Array.isArray(made)) console.log(made.map((each) => JSON.stringify(each)).join('\n'))
else if (made !== undefined) console.log(JSON.stringify(made))
JS
shape() { node "$work/shape.mjs" "$@"; }

echo '1. How well does each score tell wrong answers from right ones?'
shape evaluation >"$work/evaluation"
post evaluations "$work/evaluation" >"$work/evaluated"
must "$work/evaluated"
show 'console.log(`accuracy ${it.accuracy.toFixed(3)} on ${it.n} questions`)
  for (const { scorer, auroc } of it.table) {
    console.log(`${scorer}: AUROC ${auroc.value.toFixed(3)} (${auroc.low.toFixed(3)} to ${auroc.high.toFixed(3)})`)
  }' "$work/evaluated"

echo "2. A calibration of $scorer on labelled answers"
shape answers >"$work/answers"
post score "$work/answers" x-ndjson >"$work/answered"
shape calibration "$scorer" "$work/answered" >"$work/calibration"
post calibrations "$work/calibration" >"$work/calibrated"
must "$work/calibrated"
show 'const { n, method, report: { right, auroc, brier, ece } } = it
  console.log(JSON.stringify({ n, method, right, auroc, brier, ece }))' "$work/calibrated"

# decide KIND TARGET: makes a policy of the calibration's examples; when it is granted, lets it decide.
decide() {
  shape policy "$1" "$2" >"$work/policy"
  post policies "$work/policy" >"$work/made"
  show 'const { code, detail, threshold, guarantee, answered_share } = it
    console.log(JSON.stringify({ code, detail, threshold, guarantee, answered_share }))' "$work/made"
  if grep -q '"code":"QUALM_ERR' "$work/made"; then return; fi
  shape questions "$1" >"$work/questions"
  post score "$work/questions" x-ndjson >"$work/decided"
  shape outcome "$scorer" "$work/decided"
}

echo '3. At most 10 % wrong among the accepted, with confidence 0.9'
decide selective_error 0.1
echo "4. At most $target wrong among the accepted, with confidence 0.9; new questions"
decide selective_error "$target"
echo '5. At most 10 % of all questions accepted and wrong, on average; new questions'
decide expected_risk 0.1

echo '6. The labels of the new questions, for the watch over the last policy'
shape feedback "$work/decided" >"$work/labels"
post feedback "$work/labels" x-ndjson >"$work/receipts"
curl -sS "$url/v1/policies/expected_risk" >"$work/watched"
show 'const { broken, labels } = it.watch
  console.log(JSON.stringify({ broken, labels }))' "$work/watched"
