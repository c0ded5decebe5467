import t from 'tap'
import { podOf, settingsIn, specOf } from '../fixtures/manifests.js'

interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> }
}
interface Port {
  readonly protocol: string
  readonly port: number
}
interface NetworkPolicy {
  readonly podSelector: { readonly matchLabels: unknown }
  readonly policyTypes: readonly string[]
  readonly ingress: readonly { readonly from: readonly Peer[]; readonly ports: readonly Port[] }[]
  readonly egress: readonly { readonly to: readonly Peer[]; readonly ports: readonly Port[] }[]
}

const NAME = 'app.kubernetes.io/name'
const policy = specOf<NetworkPolicy>('NetworkPolicy', 'qualm')
const settings = settingsIn(podOf('qualm'))
const nameOf = ({ podSelector }: Peer): string =>
  podSelector?.matchLabels[NAME] ?? podSelector?.matchLabels['k8s-app'] ?? ''
const portOf = (url: URL, preset: number): number => (url.port === '' ? preset : Number(url.port))

/** `name:port` of a URL whose host is a Service: the policy selects the pods by the same name. */
const placeOf = (url: string, preset: number): string => {
  const parsed = new URL(url)
  return `${parsed.hostname.split('.', 1)[0]}:${portOf(parsed, preset)}`
}

t.test('the policy holds for the pods of the Deployment, both ways', async (t) => {
  const { selector } = specOf<{ selector: { matchLabels: unknown } }>('Deployment', 'qualm')
  t.same(policy.podSelector, selector)
  t.same([...policy.policyTypes].sort(), ['Egress', 'Ingress'])
})

t.test("only the chatbot and Prometheus come in, and only on Qualm's port", async (t) => {
  const [rule, ...others] = policy.ingress
  t.same(others, [])
  t.same(rule!.from.map(nameOf), ['chatbot', 'prometheus'])
  t.same(rule!.ports, [{ protocol: 'TCP', port: settings.port }])
})

t.test(
  'what goes out goes to the name service, the upstreams of the file and the store, and nowhere else',
  async (t) => {
    const allowed = policy.egress.flatMap(({ to, ports }) =>
      to.flatMap((peer) => ports.map(({ protocol, port }) => `${protocol} ${nameOf(peer)}:${port}`))
    )
    const upstreams = Object.values(settings.upstreams).map(({ url }) =>
      placeOf(url, url.startsWith('https:') ? 443 : 80)
    )
    const named = [...new Set(upstreams), placeOf(settings.storeUrl, 5432)].map((place) => `TCP ${place}`)
    t.same(allowed.sort(), ['TCP kube-dns:53', 'UDP kube-dns:53', ...named].sort())
  }
)

t.test('every rule names pods and ports: an empty peer would be everybody', async (t) => {
  const rules = [...policy.ingress, ...policy.egress]
  for (const { ports } of rules) t.ok(ports.length > 0)
  const peers = [...policy.ingress.flatMap(({ from }) => from), ...policy.egress.flatMap(({ to }) => to)]
  t.ok(peers.length > 0 && peers.every((peer) => nameOf(peer) !== ''))
})
