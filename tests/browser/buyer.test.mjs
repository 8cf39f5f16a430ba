// A buyer walks from the home page to a scan page on a 360 px phone; every page is clean of axe findings in every light.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, origin, visit } from './browser.mjs'
import { signIn } from './farmer.mjs'

let browser, paths
before(async () => {
  browser = await openBrowser()
  paths = await pagesOfTheFarmer()
})
after(() => browser?.close())

/** The pages every buyer can see, and the product, seller and scan pages of a batch that is on sale. */
async function pagesOfTheFarmer() {
  const farmer = await signIn()
  const { items } = await farmer.get('/listings?mine=1')
  const page = await openPage(browser, { javaScriptEnabled: false })
  for (const { slug } of items) {
    await visit(page, `/san-pham/${slug}`)
    const lots = page.locator('a[href*="/10/"]')
    if (!(await lots.count())) continue
    const scan = new URL(await lots.first().getAttribute('href'), origin).pathname
    const seller = await page.locator('main a[href^="/nguoi-ban/"]').first().getAttribute('href')
    await page.context().close()
    return {
      home: '/', list: '/tim', 'empty list': '/tim?q=khongcogihet', product: `/san-pham/${slug}`, seller, scan,
      'sign-in': '/dang-nhap', 'sign-up': '/dang-ky', help: '/tro-giup', 'living style page': '/kieu-dang', 'API documentation': '/api/docs',
    }
  }
  assert.fail('the cooperative has no listing with a lot on sale')
}

test('home, search, product, seller and scan page follow one another by links', async () => {
  const page = await openPage(browser)
  await visit(page, '/')
  await assertFits(page)
  const search = page.getByRole('main').getByRole('searchbox')
  await search.fill('che')
  await search.press('Enter')
  await page.waitForURL(/\/tim\?.*q=che/)
  assert.equal(await page.getByRole('main').getByRole('searchbox').inputValue(), 'che')
  const found = await page.locator('main a[href^="/san-pham/"]').allInnerTexts()
  assert.ok(found.length > 0, 'something is found')
  assert.ok(found.some(title => /chè/i.test(title)), `che finds chè: ${found.join(', ')}`)
  await assertFits(page)

  const title = page.locator('main a[href^="/san-pham/"]').first()
  const name = (await title.innerText()).trim()
  await title.click()
  await page.waitForURL(/\/san-pham\//)
  assert.equal((await page.getByRole('heading', { level: 1 }).innerText()).trim(), name)
  await assertFits(page)

  const seller = page.locator('main a[href^="/nguoi-ban/"]').first()
  const sellerName = (await seller.innerText()).trim()
  await seller.click()
  await page.waitForURL(/\/nguoi-ban\//)
  assert.equal((await page.getByRole('heading', { level: 1 }).innerText()).trim(), sellerName)
  await assertFits(page)

  await visit(page, paths.product)
  const lot = page.locator('main a[href*="/10/"]').first()
  await lot.click()
  await page.waitForURL(/\/01\/\d{14}\/10\//)
  assert.ok(await page.getByRole('main').getByRole('status').isVisible(), 'the verdict')
  await assertFits(page)
  assertNoProblems(page)
})

test('search finds chè without its mark, and its filters work without JavaScript', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false })
  await visit(page, '/tim?q=che&in_stock=1&sort=')
  assert.ok((await page.locator('main a[href^="/san-pham/"]').count()) > 0)
  await visit(page, '/tim?q=khongcogihet')
  assert.equal(await page.locator('main a[href^="/san-pham/"]').count(), 0)
  assert.match(await page.getByRole('main').innerText(), /không/i, 'an empty result says so')
  assertNoProblems(page)
})

test('a wrong price filter is named and what was typed is kept', async () => {
  const page = await openPage(browser)
  const answer = await page.goto('/tim?q=che&min_price=bao-nhieu')
  assert.ok(answer.status() < 500)
  assert.equal(await page.locator('#min_price').inputValue(), 'bao-nhieu')
  assert.equal(await page.locator('#min_price').getAttribute('aria-invalid'), 'true')
  assert.equal(await page.getByRole('main').getByRole('searchbox').inputValue(), 'che')
})

const lights = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'high contrast': { colorScheme: 'light', contrast: 'more' },
}
for (const [light, options] of Object.entries(lights)) {
  describe(`every page in ${light}`, () => {
    test('is accessible, fits 360 px and raises no error', async () => {
      const page = await openPage(browser, options)
      for (const [what, path] of Object.entries(paths)) {
        await visit(page, path)
        await assertFits(page)
        await assertAccessible(page, `the ${what} page in ${light}`)
      }
      assertNoProblems(page)
    })
  })
}

test('high contrast chosen on the page is as clean as the one the system asks for', async () => {
  const page = await openPage(browser)
  await visit(page, '/')
  await page.locator('button[name=contrast][value=more]').click()
  for (const [what, path] of Object.entries(paths)) {
    await visit(page, path)
    await assertAccessible(page, `the ${what} page in high contrast`)
  }
  assertNoProblems(page)
})

test('every page keeps to the content security policy it declares', async () => {
  for (const [what, path] of Object.entries(paths)) {
    const policy = (await fetch(origin + path)).headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'|default-src 'self'/, `the ${what} page has a policy`)
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline/, `the ${what} page's policy is strict`)
  }
})
