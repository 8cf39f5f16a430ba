// Chromium as a buyer holds it: a cheap phone, 360 px wide, Vietnamese.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'

export const origin = process.env.CHOQUE_ORIGIN
assert.ok(origin, 'run the journeys with `npm test`: run.mjs starts the exchange and sets CHOQUE_ORIGIN')

const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

const launch = {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}

/** A fresh browser with an empty profile; it asks nothing of the network but the pages it is sent to. */
export function openBrowser() {
  return chromium.launch(launch)
}

/** A phone that keeps what pages store in `profile` (a folder) when it is switched off and on again. */
export async function openPhone(profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, { ...launch, ...phone, ...options })
  context.setDefaultTimeout(10_000)
  return context
}

export const phone = { viewport: { width: 360, height: 640 }, locale: 'vi-VN', baseURL: origin }

/**
 * A new page in a context of its own, whose every console error, script error, failed request and refusal by the content
 * security policy is kept in `page.problems`. A document that answers 404 on purpose is no problem; a missing image or
 * style is.
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ ...phone, ...options })
  context.setDefaultTimeout(10_000)
  return watch(await context.newPage())
}

/** Keeps the problems of `page` in `page.problems`. */
export function watch(page) {
  page.problems = []
  page.on('pageerror', error => page.problems.push(`${page.url()}: ${error.message}`))
  page.on('console', message => {
    const ofDocument = message.location().url === page.url() && message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !ofDocument) page.problems.push(`${page.url()}: ${message.text()}`)
  })
  page.on('requestfailed', request => {
    // A navigation that replaces another one aborts it; nothing is wrong then.
    const failure = request.failure()?.errorText
    if (failure !== 'net::ERR_ABORTED') page.problems.push(`${page.url()}: ${request.url()} ${failure}`)
  })
  page.on('response', response => {
    const request = response.request()
    if (response.status() >= 400 && !request.isNavigationRequest()) {
      page.problems.push(`${page.url()}: ${request.url()} answered ${response.status()}`)
    }
    if (response.status() >= 500) page.problems.push(`${request.url()} answered ${response.status()}`)
  })
  return page
}

/** Opens `path` and expects `status`. */
export async function visit(page, path, status = 200) {
  const response = await page.goto(path)
  assert.equal(response.status(), status, `${path} answers ${response.status()}`)
  return response
}

export function assertNoProblems(page) {
  assert.deepEqual(page.problems, [])
}

/** Nothing is wider than the screen: a buyer's thumb scrolls one way. */
export async function assertFits(page) {
  const { width, widest } = await page.evaluate(() => {
    const edge = document.documentElement.clientWidth
    const wide = [...document.body.querySelectorAll('*')].filter(element => element.getBoundingClientRect().right > edge + 1)
    return { width: document.scrollingElement.scrollWidth, widest: wide.slice(0, 3).map(element => element.outerHTML.slice(0, 120)) }
  })
  const screen = page.viewportSize().width
  assert.ok(width <= screen, `${page.url()} is ${width} px wide on a ${screen} px screen: ${widest.join(' … ')}`)
}

/** No serious or critical finding of axe; the message names the rule, the element and what to do. */
export async function assertAccessible(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const findings = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.replaceAll(/\s+/g, ' ')})`))
  assert.deepEqual(findings, [], `${what}: axe finds nothing serious`)
}

/** What a bank's app reads from the screen. */
export async function readFromScreen(locator) {
  const directory = mkdtempSync(join(tmpdir(), 'choque-screen-'))
  try {
    await locator.scrollIntoViewIfNeeded()
    await locator.screenshot({ path: join(directory, 'screen.png') })
    const options = ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable']
    return execFileSync('zbarimg', [...options, 'screen.png'], { cwd: directory, encoding: 'utf8' }).trim()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
