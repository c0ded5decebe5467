import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { loadConfig } from '../../src/config.js'
import { packageRoot } from '../../src/package-root.js'
import * as deployed from '../fixtures/manifests.js'
import { build } from '../helper.js'

/** Longest time between the drain and the end of the process, see LAST_RESORT_MS of src/serve.ts. */
const LAST_RESORT_SECONDS = 30
const WORKLOADS = ['qualm', 'chatbot'] as const
const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const

/** What Qualm's own checks ask for. */
const ASKED: Readonly<Record<string, string>> = { '--healthcheck': '/readyz', '--livecheck': '/livez' }
const pathIn = (command: readonly string[]): string => ASKED[command.at(-1)!]!
const SERVER = fileURLToPath(new URL('../../src/server.js', import.meta.url))
const probesOf = (container: deployed.Container) =>
  PROBES.map((name) => container[name]).filter((one) => one !== undefined)

t.test('every manifest parses and is an object with a kind and a name', async (t) => {
  t.ok(deployed.manifestFiles.length > 0)
  for (const file of deployed.manifestFiles) {
    const objects = deployed.manifestsOf(file)
    t.ok(objects.length > 0, file)
    for (const object of objects)
      t.match(object, { apiVersion: /^\S+$/, kind: /^\w+$/, metadata: { name: /^[a-z-]+$/ } })
  }
})

for (const name of WORKLOADS) {
  const pod = deployed.podOf(name)
  const qualm = deployed.qualmIn(pod)

  t.test(`${name}: Qualm takes the file and the variables, and its default model is an upstream`, async (t) => {
    const { upstreams, defaultModel, storeUrl } = deployed.settingsIn(pod)
    t.ok(defaultModel in upstreams)
    t.match(storeUrl, /^postgres:/)
  })

  t.test(`${name}: each key of an upstream comes from a Secret, in a variable that Qualm does not take`, async (t) => {
    for (const { api_key_env: key } of Object.values(deployed.settingsIn(pod).upstreams)) {
      const variable = qualm.env.find(({ name }) => name === key)
      t.ok(variable?.valueFrom?.secretKeyRef, String(key))
      t.notMatch(key, /^QUALM_/)
    }
  })

  t.test(`${name}: the variables that Kubernetes makes of a Service named qualm are kept away`, async (t) => {
    t.equal(pod.enableServiceLinks, false)
    const env = { QUALM_PORT: 'tcp://10.0.0.1:8080', QUALM_SERVICE_HOST: '10.0.0.1' }
    t.throws(() => loadConfig({ env, cwd: '/app', root: '/app' }), /QUALM_SERVICE_HOST.*[^]*QUALM_PORT/)
  })

  t.test(`${name}: the pod is not root, has no token and may do nothing special`, async (t) => {
    t.equal(pod.automountServiceAccountToken, false)
    t.equal(deployed.manifest('ServiceAccount', pod.serviceAccountName).automountServiceAccountToken, false)
    t.match(pod.securityContext, { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
    const locked = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
    for (const { name, securityContext } of deployed.containersOf(pod)) t.same(securityContext, locked, name)
  })

  t.test(`${name}: only the data folder and /tmp can be written, and both are bounded`, async (t) => {
    const writable = qualm.volumeMounts.filter(({ readOnly }) => readOnly !== true)
    t.same(writable.map(({ mountPath }) => mountPath).sort(), [deployed.settingsIn(pod).dataDir, '/tmp'])
    for (const mount of writable) t.ok(pod.volumes.find(({ name }) => name === mount.name)?.emptyDir?.sizeLimit)
  })

  t.test(`${name}: the grace period outlasts the drain and the last running step`, async (t) => {
    const { drainDelayMs, drainTimeoutMs } = deployed.settingsIn(pod)
    const longest = (drainDelayMs + drainTimeoutMs) / 1000 + LAST_RESORT_SECONDS
    t.ok(pod.terminationGracePeriodSeconds > longest, `${pod.terminationGracePeriodSeconds} > ${longest}`)
  })

  t.test(
    `${name}: every container has requests and a limit of memory, and Qualm's threads fit its request`,
    async (t) => {
      for (const { resources } of deployed.containersOf(pod)) {
        t.match(resources, { requests: { cpu: /^\d+m?$/, memory: /^\d+[MG]i$/ }, limits: { memory: /^\d+[MG]i$/ } })
      }
      const { threads } = deployed.settingsIn(pod)
      t.ok(threads > 0 && threads <= Number(qualm.resources.requests.cpu), 'else the models use all cores of the node')
    }
  )

  t.test(`${name}: the image is of this version and the probes ask for paths of the app`, async (t) => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as { version: string }
    t.equal(qualm.image, `qualm:${version}`)
    const app = await build(t)
    const asked = probesOf(qualm).map(({ httpGet, exec }) => httpGet?.path ?? pathIn(exec!.command))
    t.ok(asked.includes('/livez') && asked.includes('/readyz'))
    for (const url of asked) t.ok(app.hasRoute({ method: 'GET', url }), url)
  })
}

t.test('the Deployment listens to the network on the port that Service, probes and scrapes name', async (t) => {
  const pod = deployed.podOf('qualm')
  const { host, port } = deployed.settingsIn(pod)
  t.equal(host, '0.0.0.0')
  const container = deployed.qualmIn(pod)
  t.same(container.ports, [{ name: 'http', containerPort: port }])
  for (const { httpGet } of probesOf(container)) t.equal(httpGet?.port, 'http')
  t.match(deployed.specOf('Service', 'qualm'), { ports: [{ port, targetPort: 'http' }] })
  const scraped = { 'prometheus.io/port': String(port), 'prometheus.io/path': '/metrics' }
  t.match(deployed.specOf('Deployment', 'qualm'), { template: { metadata: { annotations: scraped } } })
  t.ok((await build(t)).hasRoute({ method: 'GET', url: '/metrics' }))
})

t.test('Service and disruption budget select the pods of the Deployment', async (t) => {
  const { template } = deployed.specOf<{ template: { metadata: { labels: unknown } } }>('Deployment', 'qualm')
  const { labels } = template.metadata
  t.match(deployed.specOf('Deployment', 'qualm'), { selector: { matchLabels: labels } })
  t.match(deployed.specOf('Service', 'qualm'), { selector: labels })
  t.match(deployed.specOf('PodDisruptionBudget', 'qualm'), { selector: { matchLabels: labels }, maxUnavailable: 1 })
})

t.test('the sidecar is native, on loopback only, and ready before the chatbot starts', async (t) => {
  const pod = deployed.podOf('chatbot')
  const sidecar = pod.initContainers![0]!
  t.match(sidecar, { name: 'qualm', restartPolicy: 'Always' })
  t.equal(pathIn(sidecar.startupProbe!.exec!.command), '/readyz')
  const { host, port } = deployed.settingsIn(pod)
  t.equal(host, '127.0.0.1')
  const taken = pod.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
  t.notOk(taken.includes(port), 'containers of a pod share their ports')
})

t.test('the chatbot beside the sidecar asks Qualm for its chat', async (t) => {
  const pod = deployed.podOf('chatbot')
  const { host, port } = deployed.settingsIn(pod)
  const base = new URL(pod.containers[0]!.env.find(({ name }) => name === 'OPENAI_BASE_URL')!.value!)
  t.equal(base.host, `${host}:${port}`)
  t.ok((await build(t)).hasRoute({ method: 'POST', url: `${base.pathname}/chat/completions` }))
})

t.test("the sidecar's probes succeed where Qualm answers and fail where it does not", async (t) => {
  const app = await build(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const { startupProbe, livenessProbe } = deployed.qualmIn(deployed.podOf('chatbot'))
  const run = ({ exec }: NonNullable<typeof startupProbe>) => {
    const [node, server, ...args] = exec!.command
    t.same([node, server], ['node', 'dist/src/server.js'])
    const env = { ...process.env, QUALM_HOST: '127.0.0.1', QUALM_PORT: String(port) }
    return promisify(execFile)(process.execPath, [SERVER, ...args], { env })
  }
  for (const probe of [startupProbe!, livenessProbe!]) {
    const ask = () => run(probe)
    await t.resolves(ask())
    app.drain.begin()
    if (probe === startupProbe) await t.rejects(ask(), 'not ready')
    else await t.resolves(ask(), 'alive while it drains')
  }
  await app.close()
  await t.rejects(run(livenessProbe!), 'nobody listens')
})
