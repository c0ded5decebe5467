import t from 'tap'
import { parse } from 'yaml'
import { manifest, specOf } from '../fixtures/manifests.js'
import { build } from '../helper.js'

interface Autoscaler {
  readonly scaleTargetRef: { readonly kind: string; readonly name: string }
  readonly minReplicas: number
  readonly maxReplicas: number
  readonly metrics: readonly { readonly type: string; readonly pods: { readonly metric: { readonly name: string } } }[]
}

interface Rule {
  readonly seriesQuery: string
  readonly name?: { readonly matches: string; readonly as: string }
  readonly metricsQuery: string
}

const autoscaler = specOf<Autoscaler>('HorizontalPodAutoscaler', 'qualm')
const { rules } = parse(manifest('ConfigMap', 'qualm-adapter-rules').data!['config.yaml']!) as { rules: Rule[] }
const seriesOf = (query: string): readonly string[] => [...new Set(query.match(/qualm_\w+/g))]

/** The name that the adapter gives a rule's metric: the capture group of `matches` put into `as`. */
function servedName({ seriesQuery, name }: Rule): string {
  const [series] = seriesOf(seriesQuery)
  if (name === undefined) return series!
  return series!.replace(new RegExp(name.matches), name.as.replace(/\$\{(\d)\}/g, '$$$1'))
}

t.test('the autoscaler moves the Deployment between sensible bounds, on metrics of its pods', async (t) => {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics } = autoscaler
  t.ok(manifest(scaleTargetRef.kind, scaleTargetRef.name))
  t.ok(minReplicas >= 2 && maxReplicas > minReplicas)
  for (const { type } of metrics) t.equal(type, 'Pods')
})

t.test('the adapter serves each metric that the autoscaler reads, the queue wait first', async (t) => {
  const asked = autoscaler.metrics.map(({ pods }) => pods.metric.name)
  t.equal(asked[0], 'qualm_queue_wait_seconds')
  t.same(rules.map(servedName), asked)
})

t.test('every series of the rules is one that /metrics exposes', async (t) => {
  const app = await build(t)
  const { body } = await app.inject('/metrics')
  const series = rules.flatMap(({ seriesQuery, metricsQuery }) => [...seriesOf(seriesQuery), ...seriesOf(metricsQuery)])
  t.ok(series.length > rules.length)
  for (const name of series) t.match(body, new RegExp(`^${name}[ {]`, 'm'), name)
})

t.test('the wait is a sum over a count of requests, and 0 rather than undefined without any', async (t) => {
  const { metricsQuery } = rules.find((rule) => servedName(rule) === 'qualm_queue_wait_seconds')!
  t.match(metricsQuery, /_sum\{[^]*\/ clamp_min\([^]*_count\{/)
})

t.test('both queues count: requests that wait for the models here, and those that wait for upstreams', async (t) => {
  const app = await build(t)
  const { body } = await app.inject('/metrics')
  for (const { seriesQuery, metricsQuery } of rules) {
    const [series] = seriesOf(seriesQuery)
    for (const queue of ['models', 'upstreams']) t.match(body, new RegExp(`^${series}\\{queue="${queue}"\\} 0$`, 'm'))
    t.match(metricsQuery, /^sum\(/)
    t.notMatch(metricsQuery + seriesQuery, /queue=/, 'none is left out')
  }
})
