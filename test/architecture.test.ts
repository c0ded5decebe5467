/** The dependency direction of design.md §3, read from the tree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { packageRoot } from './fixtures/package-root.js'

const OPEN_FOLDERS = ['src', 'routes', 'scorers']
const MODEL_PACKAGES = /^(@xenova|@huggingface)\/transformers|^onnxruntime-/u

/** Our own files that the files matching `of` may import, as path prefixes; a prefix that ends in .ts is one file. */
const RULES: readonly { readonly of: RegExp; readonly may: readonly string[]; readonly packages: RegExp | null }[] = [
  { of: /^routes\//u, may: ['src/decorators', 'src/services', 'src/schemas', 'src/errors.ts'], packages: null },
  { of: /^scorers\//u, may: ['src/scorer.ts', 'src/math/'], packages: /^$/u },
  { of: /^src\/math\//u, may: ['src/math/', 'src/scorer.ts'], packages: /^(js-rouge|ml-matrix|cephes)$/u },
  { of: /^src\/scorer\.ts$/u, may: ['src/evidence-kinds/'], packages: /^$/u },
  { of: /^src\/evidence-kinds\//u, may: ['src/evidence-kinds/'], packages: /^$/u },
  {
    of: /^src\/evidence\//u,
    may: ['src/evidence/', 'src/engine/engine.ts', 'src/math/', 'src/scorer.ts', 'src/errors.ts', 'src/schemas/'],
    packages: null
  },
  {
    of: /^src\/evaluations\//u,
    may: [
      'src/evaluations/',
      'src/errors.ts',
      'src/http/validators.ts',
      'src/math/',
      'src/nearest.ts',
      'src/policies/',
      'src/schemas/',
      'src/scorer',
      'src/scoring/',
      'src/store/'
    ],
    packages: null
  },
  { of: /^src\/engine\//u, may: ['src/engine/', 'src/errors.ts'], packages: null },
  {
    of: /^src\/upstreams\//u,
    may: [
      'src/upstreams/',
      'src/engine/engine.ts',
      'src/engine/clock.ts',
      'src/errors.ts',
      'src/evidence/alignment.ts',
      'src/evidence/contradiction.ts',
      'src/evidence/end-token.ts',
      'src/math/'
    ],
    packages: null
  },
  {
    of: /^src\/chat\//u,
    may: [
      'src/chat/',
      'src/engine/engine.ts',
      'src/engine/clock.ts',
      'src/errors.ts',
      'src/evidence/supplied-output.ts',
      'src/schemas/',
      'src/scoring/',
      'src/scorer.ts',
      'src/upstreams/contract.ts',
      'src/upstreams/normalise/align.ts',
      'src/upstreams/settings.ts'
    ],
    packages: null
  }
]

const sources = OPEN_FOLDERS.filter((folder) => existsSync(join(packageRoot, folder))).flatMap((folder) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file.split(sep).join('/')}`)
)

const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8')

function imports(file: string): string[] {
  return ts.preProcessFile(read(file), true, true).importedFiles.map(({ fileName }) => fileName)
}

/** Path of an imported file of ours within the tree, or null for a package. */
function ownFile(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/')
    .replace(/\.js$/u, '.ts')
}

const within = (file: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => file.startsWith(prefix))

function forbidden(file: string): string[] {
  const rule = RULES.find(({ of }) => of.test(file))
  return imports(file)
    .filter((specifier) => {
      const own = ownFile(file, specifier)
      if (own !== null) return rule !== undefined && !within(own, rule.may)
      if (MODEL_PACKAGES.test(specifier)) return !file.startsWith('src/engine/')
      return rule?.packages?.test(specifier) === false
    })
    .map((specifier) => `${file} imports ${specifier}`)
}

const named = (node: ts.Node | undefined): boolean =>
  node !== undefined && ts.isIdentifier(node) && node.text === 'process'

/** A declaration makes the name the file's own; a member of another object is another thing, save on globalThis. */
function meaning(node: ts.Node): 'own' | 'global' | 'other' {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return parent.expression.getText() === 'globalThis' ? 'global' : 'other'
  }
  if (ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent)) {
    return parent.name === node ? 'own' : 'global'
  }
  const key = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)
  return key && parent.name === node ? 'other' : 'global'
}

/** True when the text uses the global `process`, or imports it. */
function touchesProcess(file: string, text = read(file)): boolean {
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (named(node)) found.add(meaning(node))
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), visit)
  const imported = ts.preProcessFile(text, true, true).importedFiles
  const byImport = imported.some(({ fileName }) => /^(node:)?process$/u.test(fileName))
  return byImport || (found.has('global') && !found.has('own'))
}

t.test('the tree is read', async (t) => {
  t.ok(sources.includes('src/scorer.ts') && sources.some((file) => file.startsWith('scorers/')))
  t.ok(imports('scorers/g_nll.ts').includes('../src/scorer.js'))
})

t.test('files import only what lies in their direction', async (t) => {
  t.same(sources.flatMap(forbidden), [])
})

t.test('what draws charts is loaded by the report alone', async (t) => {
  const charts = sources.filter((file) => imports(file).some((name) => /^(@observablehq\/plot|linkedom)$/u.test(name)))
  t.same(charts, ['src/evaluations/report/charts.ts'])
  const service = sources.filter((file) => !file.startsWith('src/evaluations/report/') && !file.startsWith('src/cli/'))
  t.same(
    service.filter((file) => imports(file).some((name) => name.includes('/report/'))),
    []
  )
})

t.test('the files that arithmetic takes from the scorer contract are types only', async (t) => {
  const wrong = sources
    .filter((file) => file.startsWith('src/math/'))
    .filter((file) => /^import (?!type)[^']*'[^']*\/scorer\.js'/mu.test(read(file)))
  t.same(wrong, [])
})

t.test("the global process is told from a name of one's own", async (t) => {
  for (const text of ['process.exit(1)', 'f(process)', 'globalThis.process.env', 'import p from "node:process"']) {
    t.equal(touchesProcess('x.ts', text), true, text)
  }
  for (const text of ['function f({ process }) { return process }', 'a.process()', 'const x = { process: 1 }']) {
    t.equal(touchesProcess('x.ts', text), false, text)
  }
})

t.test('only the entries of the service and of the command touch the process', async (t) => {
  t.same(sources.filter((file) => touchesProcess(file)).sort(), ['src/cli/main.ts', 'src/serve.ts', 'src/server.ts'])
})

/** Imports that run with the file, not those of a call of `import()`. */
function imported(file: string): string[] {
  const text = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest)
  return text.statements.flatMap((one) => {
    const specifier = (ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) && one.moduleSpecifier
    return specifier && ts.isStringLiteral(specifier) ? [specifier.text] : []
  })
}

t.test('the health check of containers loads neither the app nor any package', async (t) => {
  const loaded = new Set(['src/server.ts', 'src/healthcheck.ts'])
  for (const file of loaded) {
    for (const specifier of imported(file)) {
      const own = ownFile(file, specifier)
      t.ok(own !== null || specifier.startsWith('node:'), `${file} imports ${specifier}`)
      if (own !== null) loaded.add(own)
    }
  }
  t.same([...loaded].sort(), ['src/healthcheck.ts', 'src/listen.ts', 'src/server.ts'])
})

t.test('every scorer has a test', async (t) => {
  const names = sources.filter((file) => file.startsWith('scorers/')).map((file) => file.slice('scorers/'.length, -3))
  t.same(
    names.filter((name) => !existsSync(join(packageRoot, 'test', 'scorers', `${name}.test.ts`))),
    []
  )
  t.ok(names.length > 0)
})
