// The seller's side, as its own software would use it: the JSON API with a bearer token.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { origin } from './browser.mjs'

/** Signs in to the API of the exchange at `at`; the answer speaks for that account. */
export async function signIn(phone = '0900000001', password = 'choque-demo', at = origin) {
  const { token } = await call('POST', '/sessions', { phone, password }, {}, 201, at)
  const authorization = `Bearer ${token}`
  return {
    get: path => call('GET', path, undefined, { authorization }, 200, at),
    /** Every item of a list, page after page. */
    async all(path) {
      const items = []
      for (let cursor = ''; cursor !== null; ) {
        const page = await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, undefined, { authorization }, 200, at)
        items.push(...page.items)
        cursor = page.next_cursor
      }
      return items
    },
    create: (path, body) => call('POST', path, body, { authorization, 'idempotency-key': randomUUID() }, 201, at),
    put: (path, body) => call('PUT', path, body, { authorization }, 200, at),
    request: path => fetch(`${at}/api/v1${path}`, { headers: { authorization } }),
    async download(path) {
      const answer = await fetch(`${at}/api/v1${path}`, { headers: { authorization } })
      assert.equal(answer.status, 200, `${path} answers ${answer.status}`)
      return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }
    },
  }
}

/** A product, a plot and a batch harvested two days ago, all new; `product.name` tells this run's apart. */
export async function harvest(farmer) {
  const { items: categories } = await farmer.get('/categories')
  const category = categories.find(({ name }) => /chè/i.test(name)) ?? categories[0]
  const name = `Chè xanh thử tem ${randomUUID().slice(0, 8)}`
  const product = { name, ...(await farmer.create('/products', { name, category: category.id, unit: 'kg', description: 'Một tôm hai lá, sao bằng củi.' })) }
  const plot = await farmer.create('/plots', { name: 'Đồi sau nhà', commune_code: '05503', area_m2: 1200 })
  const harvestedOn = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
  const batch = await farmer.create('/batches', {
    product_id: product.id,
    quantity: { value: '12.5', unit: 'kg' },
    harvested_on: harvestedOn,
    plot_ids: [plot.id],
  })
  return { product, plot, batch, harvestedOn }
}

/** Asks the API at `at`, with or without a session, and expects an answer of `expected`. */
export async function call(method, path, body, headers = {}, expected = 200, at = origin) {
  const answer = await fetch(`${at}/api/v1${path}`, {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  assert.equal(answer.status, expected, `${method} ${path} answers ${answer.status}: ${text.slice(0, 600)}`)
  return JSON.parse(text)
}
